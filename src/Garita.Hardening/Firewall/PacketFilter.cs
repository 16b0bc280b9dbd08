using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

/// <summary>The packet filter of the running kernel, whoever loaded it: nftables, and iptables of either kind.</summary>
internal sealed class PacketFilter
{
    private const int DeepestJump = 16;
    private readonly List<FilterChain> _chains;

    internal PacketFilter(IEnumerable<FilterChain> chains) => _chains = [.. chains];

    /// <summary>All chains.</summary>
    public IReadOnlyList<FilterChain> Chains => _chains;

    /// <summary>Asks the kernel. Module lists say nothing: nftables may be built in.</summary>
    /// <param name="host">The host.</param>
    public static PacketFilter Read(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("the packet filter is in the kernel, and seen on the running system only");
        // Without the elements of sets: a hundred thousand bans are much to read.
        var chains = NftReader.Read(host.Ask("nft", "-j", "-t", "list", "ruleset"));
        foreach (var (family, program, legacy, names) in new[] { ("ip", "iptables-save", "iptables-legacy-save", "/proc/net/ip_tables_names"), ("ip6", "ip6tables-save", "ip6tables-legacy-save", "/proc/net/ip6_tables_names") })
        {
            // What iptables put into nftables is not all to be seen by nft.
            if (chains.Exists(chain => string.Equals(chain.Family, family, StringComparison.Ordinal) && chain.Rules.Exists(static rule => rule.IsOpaque)))
            {
                var read = IptablesReader.Read(host.Ask(program), family);
                chains.RemoveAll(chain => string.Equals(chain.Family, family, StringComparison.Ordinal) && read.Exists(known => string.Equals(known.Table, chain.Table, StringComparison.Ordinal)));
                chains.AddRange(read);
            }
            // The old kind beside it. Asking for it where it is not used would load its modules.
            if (host.Lines(names) is { Count: > 0 })
                chains.AddRange(IptablesReader.Read(host.Ask(legacy), family));
        }
        return new PacketFilter(chains);
    }

    /// <summary>The chains through which what comes in for this host has to pass.</summary>
    /// <param name="isV6">Whether for IPv6.</param>
    public IReadOnlyList<FilterChain> WayIn(bool isV6) =>
        [.. _chains.Where(chain => chain.Hook is "prerouting" or "input" && chain.Sees(isV6)).OrderBy(static chain => chain.Hook is "input").ThenBy(static chain => chain.Priority)];

    /// <summary>How likely a packet gets in: every chain on its way has to accept it.</summary>
    /// <param name="probe">The packet.</param>
    public Likelihood GetsIn(Probe probe)
    {
        var least = Likelihood.Yes;
        foreach (var chain in WayIn(probe.IsV6))
        {
            var (accepted, _) = Walk(chain, probe, depth: 0);
            var here = accepted ?? (chain.DropsByDefault ? Likelihood.No : Likelihood.Yes);
            if (here == Likelihood.No)
                return Likelihood.No;
            if (here < least)
                least = here;
        }
        return least;
    }

    /// <summary>
    /// How likely a chain lets a packet in, or null when it comes to its end undecided. A rule that may accept is remembered, and the rest decides
    /// whether it matters; a rule that may drop is taken as one that does not.
    /// </summary>
    private (Likelihood? Accepted, bool Maybe) Walk(FilterChain chain, Probe probe, int depth)
    {
        if (depth > DeepestJump)
            throw new CannotLookException($"the chain {chain} jumps more than {DeepestJump} deep");
        var maybe = false;
        foreach (var rule in chain.Rules)
        {
            var (applies, verdict) = rule.Decide(probe);
            if (applies == Likelihood.No)
                continue;
            var surely = applies == Likelihood.Yes;
            switch (verdict.Action)
            {
                case FilterAction.Accept when surely:
                    return (Likelihood.Yes, maybe);
                case FilterAction.Accept:
                    maybe = true;
                    break;
                case FilterAction.Drop when surely:
                    return (maybe ? Likelihood.Maybe : Likelihood.No, maybe);
                case FilterAction.Return when surely:
                    return Undecided(chain, maybe, depth);
                case FilterAction.Jump or FilterAction.Goto when Find(chain, verdict.Target) is { } target:
                    var (accepted, perhaps) = Walk(target, probe, depth + 1);
                    maybe |= perhaps || (!surely && accepted is Likelihood.Yes or Likelihood.Maybe);
                    if (surely && accepted is { } decided)
                        return (decided == Likelihood.No && maybe ? Likelihood.Maybe : decided, maybe);
                    if (surely && verdict.Action == FilterAction.Goto)
                        return Undecided(chain, maybe, depth);
                    break;
            }
        }
        return Undecided(chain, maybe, depth);
    }

    /// <summary>The end of a base chain is its policy; of another, the one that called it.</summary>
    private static (Likelihood?, bool) Undecided(FilterChain chain, bool maybe, int depth) =>
        depth == 0 && maybe && chain.DropsByDefault ? (Likelihood.Maybe, true) : (null, maybe);

    private FilterChain? Find(FilterChain from, string name) =>
        _chains.Find(chain => string.Equals(chain.Name, name, StringComparison.Ordinal) && string.Equals(chain.Table, from.Table, StringComparison.Ordinal) && string.Equals(chain.Family, from.Family, StringComparison.Ordinal));
}
