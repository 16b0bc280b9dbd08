using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Garita.Wall.Rulesets;

/// <summary>The ruleset of the gateway's host, as text for nft. It loads atomically, over an older one too, and touches no other table.</summary>
public sealed class Ruleset
{
    /// <summary>A bit of the connection's mark: its handshake was completed and counted.</summary>
    private const string Counted = "0x04000000";
    private const string Net24 = "ip saddr & 255.255.255.0";
    private const string Net64 = "ip6 saddr & ffff:ffff:ffff:ffff::";
    private const string Net48 = "ip6 saddr & ffff:ffff:ffff::";

    private readonly WallPlan _plan;
    private readonly RulesetText _text = new();

    private Ruleset(WallPlan plan)
    {
        _plan = plan;
        WriteTable("");
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString())).AsSpan(0, 16));
        _text = new RulesetText();
        WriteTable(Fingerprint);
        Text = KernelSets.Clear([]) + _text;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>A hash of it, which the kernel's table carries: whoever reads it there knows whether the settings have changed since.</summary>
    public string Fingerprint { get; }

    /// <summary>Makes it.</summary>
    /// <param name="plan">What it is made of.</param>
    public static Ruleset Of(WallPlan plan) => new(plan);

    /// <summary>The text for a kernel that has chains of another version: they go.</summary>
    /// <param name="chains">The table's chains.</param>
    public string TextOver(IEnumerable<string> chains) => KernelSets.Clear(chains) + _text;

    private string Outside(string rest) => (_plan.Interfaces.Count == 0 ? "iifname != \"lo\" " : $"iifname {RulesetText.Set(_plan.Interfaces.Select(RulesetText.Interface))} ") + rest;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void WriteTable(string fingerprint) => _text.Block($"table inet {KernelNames.Table}", () =>
    {
        Sets();
        foreach (var counter in KernelSets.Counters)
            _text.Line($"counter {counter} {{ }}");
        Chain(KernelNames.About, $"counter comment \"settings {fingerprint}\"");
        Flood();
        Reasons();
        BeforeConnections();
        Mail();
        Input();
        if (_plan.DropForwarded)
            Chain("forward", "type filter hook forward priority filter; policy drop;", "counter name c_forward");
        Output();
    });

    private void Chain(string name, params IEnumerable<string> rules) => _text.Block("chain " + name, () =>
    {
        foreach (var rule in rules)
            _text.Line(rule);
    });

    private void Sets()
    {
        foreach (var (name, spec) in KernelSets.Lasting)
            _text.Line($"set {name} {{ {spec} }}");
        foreach (var (name, spec) in KernelSets.Settled)
        {
            var elements = name switch
            {
                "trust4" or "trust6" => [.. Prefixes.Outermost(_plan.Trusted, name is "trust6").Select(Prefixes.Text)],
                "never4" or "never6" => [.. Prefixes.Outermost(_plan.NeverBan, name is "never6").Select(Prefixes.Text)],
                _ => (List<string>)[.. _plan.Doors.Select(static door => door.Port).Distinct().Order().Select(Number)],
            };
            _text.Line($"set {name} {{ {spec}{(elements.Count > 0 ? $" elements = {RulesetText.Set(elements)};" : "")} }}");
        }
    }

    private void Flood()
    {
        Chain(KernelNames.FloodRaw, _plan.Flood ? [FloodRules.Raw] : []);
        Chain(KernelNames.FloodIn, _plan.Flood ? [FloodRules.In] : []);
    }

    /// <summary>Each reason counts, says so now and then, and drops.</summary>
    private void Reasons()
    {
        foreach (var reason in (string[])["badflags", "spoof", "frag", "invalid"])
            Chain("drop_" + reason, [$"counter name c_{reason}", .. Log(reason), "drop"]);
    }

    private IEnumerable<string> Log(string reason) =>
        _plan.LogPerSecond == 0 ? [] : [$"limit rate {Number(_plan.LogPerSecond)}/second burst {Number(2 * _plan.LogPerSecond)} packets log prefix \"garita {reason}: \" flags tcp options"];

    private void BeforeConnections()
    {
        // Before they are put together: TCP never needs fragments, large DNS answers do.
        Chain("pre", "type filter hook prerouting priority -450; policy accept;",
            Outside("ip frag-off & 0x3fff != 0 ip protocol != udp goto drop_frag"),
            Outside("exthdr frag exists frag nexthdr != udp goto drop_frag"));
        List<string> sanity =
        [
            "fib saddr type local goto drop_spoof",
            "tcp flags & (fin|syn|rst|psh|ack|urg) != { syn, syn|ack, ack, ack|psh, ack|urg, ack|psh|urg, fin|ack, fin|ack|psh, fin|ack|urg, fin|ack|psh|urg, rst, rst|ack, rst|ack|psh } goto drop_badflags",
            // RFC 9293 §3.7.1: 536 is what everybody must take. Less makes many small packets of each answer.
            "tcp flags & (fin|syn|rst|ack) == syn tcp option maxseg size 1-535 goto drop_badflags",
            "tcp sport 0 goto drop_badflags",
        ];
        if (_plan.ReversePath != ReversePath.Off)
            sanity.Insert(0, _plan.ReversePath == ReversePath.Strict ? "fib saddr . iif oif missing goto drop_spoof" : "fib saddr oif missing goto drop_spoof");
        Chain("sanity", sanity);
        Chain("raw", "type filter hook prerouting priority -300; policy accept;",
            "iif lo accept",
            // RFC 4862 §5.4, RFC 3810 §5.2.13: who looks whether its address is free has none yet.
            "ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept",
            // Not 169.254.0.0/16: clouds have their resolvers there, and routes tell what is forged.
            Outside("ip saddr { 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/3 } goto drop_spoof"),
            Outside("ip6 saddr { ::/127, ::ffff:0:0/96, ff00::/8 } goto drop_spoof"),
            "jump sanity",
            "ip saddr @trust4 accept",
            "ip6 saddr @trust6 accept",
            $"ip saddr @never4 goto {KernelNames.FloodRaw}",
            $"ip6 saddr @never6 goto {KernelNames.FloodRaw}",
            $"ip saddr @{KernelNames.Ban32} counter name c_ban drop",
            $"{Net24} @{KernelNames.Ban24} counter name c_ban drop",
            $"{Net64} @{KernelNames.Ban64} counter name c_ban drop",
            $"{Net48} @{KernelNames.Ban48} counter name c_ban drop",
            $"jump {KernelNames.FloodRaw}");
    }

    private void Mail()
    {
        string[] passed = ["ip saddr @trust4 return", "ip6 saddr @trust6 return", "ip saddr @never4 return", "ip6 saddr @never6 return"];
        var (client, network) = (Number(_plan.ConnectionsPerClient), Number(_plan.ConnectionsPerNetwork));
        // Only SYNs that synproxy makes after the client's cookie come by loopback: nobody can be counted who is not there.
        Chain("mail_proven", [.. passed,
            $"add @client4 {{ ip saddr ct count over {client} }} counter name c_conn reject with tcp reset",
            $"add @client6 {{ {Net64} ct count over {client} }} counter name c_conn reject with tcp reset",
            $"add @network4 {{ {Net24} ct count over {network} }} counter name c_conn reject with tcp reset",
            $"add @network6 {{ {Net48} ct count over {network} }} counter name c_conn reject with tcp reset"]);
        // The client's first packet after the handshake: a forged SYN never gets here.
        List<string> made = [.. passed.Select(static rule => rule.Replace("return", $"ct mark set ct mark | {Counted} return", StringComparison.Ordinal))];
        if (_plan.MadePerMinute > 0)
        {
            var rate = $"limit rate over {Number(_plan.MadePerMinute)}/minute burst {Number(_plan.MadePerMinute)} packets }} counter name c_rate reject with tcp reset";
            made.Add($"update @rate4 {{ ip saddr {rate}");
            made.Add($"update @rate6 {{ {Net64} {rate}");
        }

        // Last: one that is over the rate is looked at again with each of its packets, whether it heeds the reset or not.
        made.Add($"ct mark set ct mark | {Counted}");
        Chain("mail_made", made);
        Chain("mail_new", ["iif lo jump mail_proven", .. Doors()]);
    }

    private IEnumerable<string> Doors()
    {
        // One address' doors come before those of all addresses, so that a balancer's port stays closed to others.
        foreach (var group in _plan.Doors.Where(static door => !IsAny(door.Address)).GroupBy(static door => door.Address).OrderBy(static group => group.Key.ToString(), StringComparer.Ordinal))
        {
            foreach (var rule in Doors(group, $"{(IsV6(group.Key) ? "ip6" : "ip")} daddr {group.Key}", IsV6(group.Key)))
                yield return rule;
        }

        foreach (var isV6 in (bool[])[false, true])
        {
            foreach (var rule in Doors(_plan.Doors.Where(door => IsAny(door.Address) && IsV6(door.Address) == isV6), $"meta nfproto {(isV6 ? "ipv6" : "ipv4")}", isV6))
                yield return rule;
        }
    }

    private static IEnumerable<string> Doors(IEnumerable<MailDoor> doors, string where, bool isV6)
    {
        const string Accept = "counter name c_accept accept";
        foreach (var door in doors.Where(static door => door.OnlyFrom.Count > 0))
        {
            if (Prefixes.Outermost(door.OnlyFrom, isV6).Count > 0)
                yield return $"{where} tcp dport {Number(door.Port)} {(isV6 ? "ip6" : "ip")} saddr {RulesetText.Set(door.OnlyFrom, isV6)} {Accept}";
            yield return $"{where} tcp dport {Number(door.Port)} counter name c_closed drop";
        }

        var open = doors.Where(static door => door.OnlyFrom.Count == 0).Select(static door => door.Port).ToList();
        if (open.Count > 0)
            yield return $"{where} tcp dport {RulesetText.Set(open)} {Accept}";
    }

    private void Input() => Chain("input", [
        "type filter hook input priority filter; policy drop;",
        // Not "iif lo" alone: synproxy brings clients in by it.
        "iif lo fib saddr type local accept",
        // Before cookies too, which would take their packets for answers to none.
        .. Going("saddr", "sport", "daddr", "dport").Select(static going => going.Replace(" accept", " tcp flags & (fin|syn|rst|ack) != syn accept", StringComparison.Ordinal)),
        $"jump {KernelNames.FloodIn}",
        // Whatever the state: a session older than connection tracking would look like a stray packet, and be cut by the first load.
        .. Ssh(),
        .. Answers(),
        "ct state invalid goto drop_invalid",
        // Where connections are picked up in their middle (nf_conntrack_tcp_loose) a stray ACK is new.
        "ct state new tcp flags & (fin|syn|rst|ack) != syn goto drop_invalid",
        "icmp type echo-request limit rate over 20/second burst 40 packets counter name c_rate drop",
        "icmpv6 type echo-request limit rate over 20/second burst 40 packets counter name c_rate drop",
        // No RST: of whoever is sent our answer to a SYN that others forged in his name comes one, and counts for nothing.
        $"tcp dport @{KernelNames.MailPorts} tcp flags & (syn|rst|ack) == ack ct state established ct direction original ct mark & {Counted} == 0 jump mail_made",
        "ct state established,related accept",
        $"tcp dport @{KernelNames.MailPorts} ct state new jump mail_new",
        .. Passages(_plan.Open, "saddr"),
        // RFC 4890: without these neither path MTU nor neighbours are found.
        "icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept",
        "icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept",
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } ip6 hoplimit 255 accept",
        "ip6 saddr fe80::/10 icmpv6 type mld-listener-query accept",
        "udp sport 67 udp dport 68 accept comment \"DHCP\"",
        "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment \"DHCPv6\"",
        "counter name c_closed",
        .. Log("closed"),
    ]);

    /// <summary>Connections that are older than connection tracking, by their four numbers.</summary>
    private static IEnumerable<string> Going(string client, string clientPort, string ours, string ourPort) =>
    [
        $"ip {client} . tcp {clientPort} . ip {ours} . tcp {ourPort} @{KernelNames.Going4} accept",
        $"ip6 {client} . tcp {clientPort} . ip6 {ours} . tcp {ourPort} @{KernelNames.Going6} accept",
    ];

    private IEnumerable<string> Ssh()
    {
        var ports = $"tcp dport {RulesetText.Set(_plan.SshPorts)}";
        if (_plan.SshFrom.Count == 0)
            return [$"{ports} accept comment \"SSH from everywhere: no administrators' networks\""];
        return ((bool[])[false, true]).Where(isV6 => Prefixes.Outermost(_plan.SshFrom, isV6).Count > 0)
            .Select(isV6 => $"{ports} {(isV6 ? "ip6" : "ip")} saddr {RulesetText.Set(_plan.SshFrom, isV6)} accept comment \"SSH\"");
    }

    /// <summary>Likewise what the gateway's own servers say on its connections: mail under way would wait until it times out. Without a socket that knows them the kernel resets them.</summary>
    private IEnumerable<string> Answers() =>
        from passage in _plan.Egress
        where !passage.IsUdp && passage.Networks.Count > 0
        from isV6 in (bool[])[false, true]
        where Prefixes.Outermost(passage.Networks, isV6).Count > 0
        select $"{(isV6 ? "ip6" : "ip")} saddr {RulesetText.Set(passage.Networks, isV6)} tcp sport {Number(passage.Port)} tcp flags & (syn|ack) == ack accept {RulesetText.Comment(passage.Purpose)}";

    private static IEnumerable<string> Passages(IEnumerable<Passage> passages, string side)
    {
        foreach (var passage in passages)
        {
            var rest = $"{(passage.IsUdp ? "udp" : "tcp")} dport {Number(passage.Port)} accept {RulesetText.Comment(passage.Purpose)}";
            if (passage.Networks.Count == 0)
                yield return rest;
            foreach (var isV6 in ((bool[])[false, true]).Where(isV6 => Prefixes.Outermost(passage.Networks, isV6).Count > 0))
                yield return $"{(isV6 ? "ip6" : "ip")} {side} {RulesetText.Set(passage.Networks, isV6)} {rest}";
        }
    }

    private void Output()
    {
        Chain("egress", ["ct state established,related accept", .. Going("daddr", "dport", "saddr", "sport"), "oif lo accept", .. Passages(_plan.Egress, "daddr"), "counter name c_egress reject with icmpx admin-prohibited"]);
        // Not "all but this user": packets of synproxy belong to nobody.
        Chain("output", "type filter hook output priority filter; policy accept;", $"meta skuid {_plan.GatewayUser.ToString(CultureInfo.InvariantCulture)} jump egress");
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsV6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;
}
