using System.Globalization;

namespace Garita.Wall.Rulesets;

/// <summary>The sets, chains and counters of the table.</summary>
internal static class KernelSets
{
    private const string Networks4 = "type ipv4_addr; flags interval;";
    private const string Networks6 = "type ipv6_addr; flags interval;";

    /// <summary>Sets whose elements come from the settings: emptied and filled at each load.</summary>
    public static readonly (string Name, string Spec)[] Settled =
    [
        (KernelNames.MailPorts, "type inet_service;"),
        ("trust4", Networks4),
        ("trust6", Networks6),
        ("never4", Networks4),
        ("never6", Networks6),
    ];

    /// <summary>
    /// Sets whose elements outlive each load. Bans are hashes keyed by a network's first address: in interval sets of a hundred thousand
    /// each addition takes seconds. Sets of counted connections may have no timeout.
    /// </summary>
    public static readonly (string Name, string Spec)[] Lasting =
    [
        (KernelNames.Ban32, "type ipv4_addr; flags timeout; timeout 1h; size 262144; counter;"),
        (KernelNames.Ban24, "type ipv4_addr; flags timeout; timeout 1h; size 65536; counter;"),
        (KernelNames.Ban64, "type ipv6_addr; flags timeout; timeout 1h; size 262144; counter;"),
        (KernelNames.Ban48, "type ipv6_addr; flags timeout; timeout 1h; size 65536; counter;"),
        ("rate4", "type ipv4_addr; size 65536; flags dynamic, timeout; timeout 2m;"),
        ("rate6", "type ipv6_addr; size 65536; flags dynamic, timeout; timeout 2m;"),
        ("client4", "type ipv4_addr; size 65536; flags dynamic;"),
        ("client6", "type ipv6_addr; size 65536; flags dynamic;"),
        ("network4", "type ipv4_addr; size 65536; flags dynamic;"),
        ("network6", "type ipv6_addr; size 65536; flags dynamic;"),
        // No mail takes longer, and connection tracking has most of them after their next packets.
        (KernelNames.Going4, "type ipv4_addr . inet_service . ipv4_addr . inet_service; size 65536; flags timeout; timeout 1h;"),
        (KernelNames.Going6, "type ipv6_addr . inet_service . ipv6_addr . inet_service; size 65536; flags timeout; timeout 1h;"),
    ];

    /// <summary>One counter for each reason.</summary>
    public static readonly string[] Counters = ["c_accept", "c_ban", "c_badflags", "c_spoof", "c_frag", "c_invalid", "c_rate", "c_conn", "c_closed", "c_egress", "c_forward", "c_synproxy"];

    /// <summary>The chains; those that hook are base chains.</summary>
    public static readonly string[] Chains =
    [
        "pre", "raw", "input", "forward", "output", "sanity", "mail_new", "mail_proven", "mail_made", "egress", KernelNames.FloodRaw, KernelNames.FloodIn, KernelNames.About,
        "drop_badflags", "drop_spoof", "drop_frag", "drop_invalid",
    ];

    /// <summary>
    /// Empties the table of all that the next ruleset brings anew: rules, chains (of other versions too) and settled elements. Sets that
    /// last and counters stay. Each is added first, so that deleting what is not there is no error.
    /// </summary>
    /// <param name="furtherChains">Chains that the kernel has or may have beside <see cref="Chains"/>.</param>
    public static string Clear(IEnumerable<string> furtherChains)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"add table inet {KernelNames.Table}");
        text.AppendLine(CultureInfo.InvariantCulture, $"flush table inet {KernelNames.Table}");
        foreach (var chain in Chains.Concat(furtherChains).Distinct(StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"add chain inet {KernelNames.Table} {chain}");
            text.AppendLine(CultureInfo.InvariantCulture, $"delete chain inet {KernelNames.Table} {chain}");
        }

        foreach (var (name, spec) in Settled)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"add set inet {KernelNames.Table} {name} {{ {spec} }}");
            text.AppendLine(CultureInfo.InvariantCulture, $"flush set inet {KernelNames.Table} {name}");
        }

        return text.ToString();
    }
}
