using System.Net;
using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// A lockdown as an nftables ruleset: a table of its own, which leaves other tables alone and replaces itself in one transaction.
/// What it drops is dropped whatever other tables accept; what it accepts they may still drop.
/// </summary>
public static class NftablesLockdown
{
    private const string Back = "garita-lockdown-back";

    /// <summary>The script: <c>show</c>, <c>apply</c>, <c>confirm</c>, <c>undo</c>.</summary>
    /// <param name="plan">What is let in and out.</param>
    public static string Render(LockdownPlan plan)
    {
        var text = new StringBuilder();
        text.Line("rules() { cat <<'END'");
        Table(text, plan);
        text.Line("END").Line("}").Line($"table={KernelNames.LockdownTable}");
        return LockdownScript.Render(
            [
                .. About(plan),
                .. LockdownScript.Usage("two minutes"),
                "It lasts until the next start; show prints a file that /etc/nftables.conf can include.",
                $"See what it stopped:  nft list counters table inet {KernelNames.LockdownTable}",
                .. plan.Warnings().Select(static warning => "NOTE: " + warning),
            ],
            text.Append(Parts).ToString());
    }

    /// <summary>The ruleset alone, with how to apply it above.</summary>
    /// <param name="plan">What is let in and out.</param>
    /// <param name="file">The name the file will have, for the explanation.</param>
    public static string Ruleset(LockdownPlan plan, string file = "lockdown.nft")
    {
        var text = new StringBuilder("#!/usr/sbin/nft -f\n");
        text.Comment("#", Explanation(plan, file));
        Table(text.Line(""), plan);
        return text.ToString();
    }

    private static void Table(StringBuilder text, LockdownPlan plan)
    {
        text.Line($"table inet {KernelNames.LockdownTable}").Line($"delete table inet {KernelNames.LockdownTable}");
        text.Line($"table inet {KernelNames.LockdownTable} {{");
        foreach (var counter in (string[])["gateway", "inside", "direct", "forged", "ssh", "other", "outgoing"])
            text.Line($"  counter {counter} {{}}");
        Sets(text, plan);
        Early(text, plan);
        Mail(text, plan);
        Input(text, plan);
        if (plan.LimitsEgress)
            Output(text, plan);
        text.Line("}");
    }

    private static string[] About(LockdownPlan plan) =>
    [
        $"Lockdown of the mail server {plan.Backend}: ports {LockdownText.Ports(plan.MailPorts, ", ")} for the gateway alone.",
        "It covers what arrives at this host itself, not what it forwards to containers.",
    ];

    /// <summary>One transaction each way: the table is replaced whole, or taken away.</summary>
    private const string Parts = """
        name=nftables keep=${GARITA_KEEP:-/run/garita-lockdown/nftables} wait=${GARITA_WAIT:-120} units=/run/systemd/system
        check() { rules | nft -c -f -; }
        changes() { rules; }
        save() {
          nft list tables inet > "$1/tables" || return 1
          : > "$1/table"
          ! grep -q "^table inet $table\$" "$1/tables" || nft -s list table inet "$table" > "$1/table"
        }
        put() { rules | nft -f -; }
        restore() { { echo "table inet $table" && echo "delete table inet $table" && cat "$1/table"; } | nft -f -; }
        stays() { echo "until the next start; for always:  sh $0 show > /etc/nftables.d/garita-lockdown.nft  , include it in /etc/nftables.conf, systemctl enable nftables"; }
        none() { echo "a lockdown that is loaded at the start ends with: nft delete table inet $table, and without its include in /etc/nftables.conf"; }

        """;

    private static IEnumerable<string> Explanation(LockdownPlan plan, string file) =>
    [
        .. About(plan),
        "",
        "On the mail server, as root:",
        $"  nft -c -f {file}                                   # the kernel checks it, nothing changes",
        $"  systemd-run --unit={Back} --on-active=120 {NftProgram} delete table inet {KernelNames.LockdownTable}",
        "                                                       # the way back: after two minutes it is gone again, a former one too",
        $"  nft -f {file}                                      # all of it or nothing",
        "From another login, and from the gateway (garita wall probe): still in, mail still comes? Then keep it:",
        $"  systemctl stop {Back}.timer",
        $"  install -m 600 {file} /etc/nftables.d/garita-lockdown.nft   # and include it in /etc/nftables.conf; systemctl enable nftables",
        $"Without systemd:  echo '{NftProgram} delete table inet {KernelNames.LockdownTable}' | at now + 2 minutes   (keep: atrm)",
        $"See what it stopped:  nft list counters table inet {KernelNames.LockdownTable}     End it:  nft delete table inet {KernelNames.LockdownTable}",
        .. plan.Warnings().Select(static warning => "NOTE: " + warning),
    ];

    private const string NftProgram = "/usr/sbin/nft";

    private static void Sets(StringBuilder text, LockdownPlan plan)
    {
        text.Line($"  set mail {{ type inet_service; elements = {{ {LockdownText.Ports(plan.MailPorts, ", ")} }} }}");
        Both(text, "gateway", plan.Gateways.Select(static gateway => new IPNetwork(gateway, LockdownText.Bits(gateway))));
        Both(text, "inside", plan.AlsoFrom);
        Both(text, "ssh", plan.SshFrom);
    }

    // auto-merge: networks of an administrator may overlap. Nothing here has a timeout, which it would swallow.
    private static void Both(StringBuilder text, string name, IEnumerable<IPNetwork> networks)
    {
        var all = networks.ToList();
        One("4", "ipv4_addr", [.. all.Where(static network => !LockdownText.IsIpv6(network))]);
        One("6", "ipv6_addr", [.. all.Where(LockdownText.IsIpv6)]);

        void One(string family, string type, IPNetwork[] of)
        {
            var elements = of.Length == 0 ? "" : $" elements = {{ {string.Join(", ", of.Select(LockdownText.Network).Distinct(StringComparer.Ordinal))} }};";
            text.Line($"  set {name}{family} {{ type {type}; flags interval; auto-merge;{elements} }}");
        }
    }

    private static void Early(StringBuilder text, LockdownPlan plan)
    {
        // Before connection tracking; only what is meant for the mail ports.
        text.Line("  chain early {")
            .Line("    type filter hook prerouting priority raw; policy accept;")
            .Line("    iif lo accept")
            .Line("    meta l4proto != tcp accept")
            .Line("    tcp dport != @mail accept")
            .Line("    fib saddr . iif oif missing counter name forged drop")
            .Line("    fib saddr type local counter name forged drop");
        if (plan.GatewayMacs.Count > 0)
        {
            var macs = string.Join(", ", plan.GatewayMacs);
            text.Line($"    ip saddr @gateway4 ether saddr != {{ {macs} }} counter name forged drop")
                .Line($"    ip6 saddr @gateway6 ether saddr != {{ {macs} }} counter name forged drop");
        }

        text.Line("    tcp flags & (fin|syn|rst|psh|ack|urg) != { syn, syn|ack, ack, ack|psh, ack|urg, ack|psh|urg, fin|ack, fin|ack|psh, fin|ack|urg, fin|ack|psh|urg, rst, rst|ack, rst|ack|psh } counter name forged drop")
            .Line("  }");
    }

    private static void Mail(StringBuilder text, LockdownPlan plan)
    {
        // Before established sessions are let through: an intruder's session that is open ends here too.
        text.Line("  chain mail {")
            .Line("    ip saddr @gateway4 tcp flags & (fin|syn|rst|ack) == syn counter name gateway accept")
            .Line("    ip6 saddr @gateway6 tcp flags & (fin|syn|rst|ack) == syn counter name gateway accept")
            .Line("    ip saddr @gateway4 accept")
            .Line("    ip6 saddr @gateway6 accept");
        if (plan.AlsoFrom.Count > 0)
            text.Line("    ip saddr @inside4 counter name inside accept").Line("    ip6 saddr @inside6 counter name inside accept");
        text.Line("    limit rate 5/minute burst 10 packets log prefix \"garita-direct \"")
            .Line("    counter name direct drop")
            .Line("  }");
    }

    private static void Input(StringBuilder text, LockdownPlan plan)
    {
        text.Line("  chain input {")
            .Line("    type filter hook input priority filter; policy accept;")
            .Line("    iif lo accept")
            .Line("    tcp dport @mail jump mail");
        if (plan.SshFrom.Count > 0)
        {
            // New connections only: the session that loads this is never cut.
            text.Line($"    tcp dport {plan.SshPort} ct state new ip saddr @ssh4 counter name ssh accept")
                .Line($"    tcp dport {plan.SshPort} ct state new ip6 saddr @ssh6 counter name ssh accept")
                .Line($"    tcp dport {plan.SshPort} ct state new counter name other drop");
        }

        if (plan.Services is { } services)
            Close(text, plan, services);
        text.Line("  }");
    }

    private static void Close(StringBuilder text, LockdownPlan plan, IReadOnlyList<int> services)
    {
        text.Line("    ct state established,related accept")
            .Line("    ct state invalid counter name other drop");
        var open = plan.SshFrom.Count == 0 ? services.Append(plan.SshPort) : services;
        if (open.Any())
            text.Line($"    tcp dport {{ {LockdownText.Ports(open, ", ")} }} accept");
        // RFC 4890 §4.4.1: IPv6 does not work without these.
        text.Line("    icmp type { destination-unreachable, time-exceeded, parameter-problem } accept")
            .Line("    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept")
            .Line("    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-redirect } ip6 hoplimit 255 accept")
            .Line("    ip6 saddr fe80::/10 icmpv6 type { mld-listener-query } accept")
            .Line("    icmp type echo-request limit rate 5/second accept")
            .Line("    icmpv6 type echo-request limit rate 5/second accept")
            .Line("    udp sport 67 udp dport 68 accept")
            .Line("    udp sport 547 udp dport 546 accept")
            .Line("    counter name other drop");
    }

    private static void Output(StringBuilder text, LockdownPlan plan)
    {
        text.Line("  chain output {")
            .Line("    type filter hook output priority filter; policy accept;")
            .Line("    oif lo accept")
            .Line("    ct state established,related accept")
            .Line("    ip daddr @gateway4 tcp dport { 25, 465, 587 } accept")
            .Line("    ip6 daddr @gateway6 tcp dport { 25, 465, 587 } accept");
        foreach (var egress in plan.DeclaredEgress)
        {
            foreach (var to in egress.To)
            {
                text.Line($"    {(to.IsIpv6 ? "ip6" : "ip")} daddr {LockdownText.Network(to.Network)} meta l4proto {{ {string.Join(", ", egress.Protocols)} }} "
                    + $"th dport {{ {LockdownText.Ports(to.Ports(egress.Usual), ", ")} }} accept comment \"{egress.Purpose}\"");
            }
        }

        text.Line("    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report, mld2-listener-report } accept")
            .Line("    udp sport 68 udp dport 67 accept")
            .Line("    udp sport 546 udp dport 547 accept")
            // Refused aloud: programs on the mail server fail at once instead of hanging.
            .Line("    counter name outgoing reject with icmpx admin-prohibited")
            .Line("  }");
    }
}
