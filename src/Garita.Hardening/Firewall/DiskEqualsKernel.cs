using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class DiskEqualsKernel : Check
{
    public override string Id => "firewall-disk-equals-kernel";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "The rules on disk are those in the kernel";

    public override string Why => "A rule that was added by hand is gone after the next boot; one that was only written down protects nobody yet.";

    public override IReadOnlyList<string> References => ["CIS 4.3.10", "SSG service_nftables_enabled"];

    public override string Expected => "the same tables, chains and rules (elements of sets and counts aside)";

    public override string Mend => "write what should stay to the file and load it: nft -f /etc/nftables.conf; or netfilter-persistent save";

    public override Finding Look(View host)
    {
        var managers = FirewallManager.Enabled(host);
        var files = new List<string>();
        if (managers.Contains(FirewallManager.Nftables, StringComparer.Ordinal))
        {
            if (!host.Exists("/etc/nftables.conf"))
                return Finding.Fail("nftables is started at boot, but there is no /etc/nftables.conf");
            files.Add("/etc/nftables.conf");
        }
        // The wall comes after it, as at boot.
        if (host.Unit(FirewallManager.WallUnit) is UnitState.Enabled && host.Exists(FirewallManager.WallFile))
            files.Add(FirewallManager.WallFile);
        if (files.Count > 0)
        {
            // The kernel says what the files mean: in a network of its own that ends with the program. Nothing is loaded where packets pass.
            var loaded = NftReader.Read(host.Ask("unshare", "--net", "sh", "-c", string.Concat(files.Select(static file => $"nft -f {file} && ")) + "nft -j -t list ruleset"));
            return Compare(loaded, NftReader.Read(host.Ask("nft", "-j", "-t", "list", "ruleset")));
        }
        if (managers.Contains(FirewallManager.Iptables, StringComparer.Ordinal))
        {
            var disk = new List<FilterChain>();
            var kernel = new List<FilterChain>();
            foreach (var (family, file, program) in new[] { ("ip", "/etc/iptables/rules.v4", "iptables-save"), ("ip6", "/etc/iptables/rules.v6", "ip6tables-save") })
            {
                disk.AddRange(IptablesReader.Read(host.Read(file) ?? "", family));
                kernel.AddRange(IptablesReader.Read(host.Ask(program), family));
            }
            return Compare(disk, kernel);
        }
        return managers.Count > 0 ? Finding.NotApplicable($"{managers[0]} makes its rules itself") : Finding.Fail("nothing on disk is loaded at boot");
    }

    private static Finding Compare(List<FilterChain> disk, List<FilterChain> kernel)
    {
        var differences = new List<string>();
        foreach (var chain in disk.Where(static chain => !IsLive(chain)))
        {
            var twin = kernel.Find(known => IsSame(known, chain));
            if (twin is null)
                differences.Add($"{chain} is not in the kernel");
            else if (twin.DropsByDefault != chain.DropsByDefault)
                differences.Add($"{chain} has another policy");
            else if (!twin.Rules.Select(static rule => rule.Body).SequenceEqual(chain.Rules.Select(static rule => rule.Body), StringComparer.Ordinal))
                differences.Add($"{chain} has other rules");
        }
        // Tables of others (containers, ban lists) come and go; within a table of the file nothing may be more.
        differences.AddRange(kernel.Where(chain => !IsLive(chain) && disk.Exists(known => IsSame(known with { Name = chain.Name }, chain)) && !disk.Exists(known => IsSame(known, chain))).Select(static chain => $"{chain} is not on disk"));
        // And who decides what comes in must not be in the kernel alone.
        differences.AddRange(kernel.Where(chain => chain is { Hook: "input", DropsByDefault: true } && !disk.Exists(known => IsSame(known, chain)) && chain.Table is not "garita" and not "garita_lockdown" && !disk.Exists(known => IsSame(known with { Name = chain.Name }, chain))).Select(static chain => $"{chain} is not on disk"));
        return differences.Count > 0 ? Finding.Fail(string.Join(", ", differences.Distinct(StringComparer.Ordinal).Take(10))) : Finding.Pass($"{disk.Count} chains, the same on disk and in the kernel");
    }

    private static bool IsSame(FilterChain one, FilterChain other) =>
        string.Equals(one.Family, other.Family, StringComparison.Ordinal) && string.Equals(one.Table, other.Table, StringComparison.Ordinal) && string.Equals(one.Name, other.Name, StringComparison.Ordinal);

    /// <summary>The warden fills these while it works.</summary>
    private static bool IsLive(FilterChain chain) => chain is { Table: "garita", Name: "flood_raw" or "flood_in" };
}
