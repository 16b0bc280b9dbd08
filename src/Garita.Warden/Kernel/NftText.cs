using System.Globalization;
using System.Text;
using Garita.Wall;
using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>The only place where nft commands are written. Whatever varies in them is an address or a number.</summary>
internal static class NftText
{
    /// <summary>The ruleset's set of mail ports.</summary>
    internal const string MailPorts = "mail_ports";

    /// <summary>The ruleset's counter of SYNs that were answered with cookies; where it is missing, the rule counts by itself.</summary>
    internal const string FloodCounter = "c_synproxy";

    /// <summary>Names of the sets, in the order of <see cref="Elements.All"/>.</summary>
    internal static readonly string[] Sets = [KernelNames.Ban32, KernelNames.Ban24, KernelNames.Ban64, KernelNames.Ban48];

    /// <summary>Table, sets and chains, without elements. Only this form of listing does not load them first (nft 1.0.6).</summary>
    internal const string Look = "list ruleset inet\n";

    internal static string FlushSets { get; } = string.Concat(Sets.Select(static set => $"flush set inet {KernelNames.Table} {set}\n"));

    private static readonly string EmptyFlood = $"flush chain inet {KernelNames.Table} {KernelNames.FloodRaw}\nflush chain inet {KernelNames.Table} {KernelNames.FloodIn}\n";

    internal static string Flood(bool on, bool hasCounter) => !on ? EmptyFlood : $"""
        {EmptyFlood}add rule inet {KernelNames.Table} {KernelNames.FloodRaw} tcp dport @{MailPorts} tcp flags & (fin|syn|rst|ack) == syn notrack
        add rule inet {KernelNames.Table} {KernelNames.FloodIn} tcp dport @{MailPorts} ct state invalid,untracked counter{(hasCounter ? " name " + FloodCounter : "")} synproxy mss 1460 wscale 7 timestamp sack-perm

        """;

    /// <summary>Adds elements that are not there.</summary>
    internal static void Add(StringBuilder text, IEnumerable<ElementChange> changes, long now, long frequency)
    {
        foreach (var (set, elements) in BySet(changes.Where(change => change.Deadline > now)))
            Write(text, "add", set, elements, now, frequency);
    }

    /// <summary>
    /// Makes elements end at their time or now, whether they are there or not. A time-out that runs can only be renewed by making the
    /// element anew, and only what is there can be deleted: so each is added, deleted, and added with its time, in one transaction.
    /// </summary>
    internal static void Change(StringBuilder text, IReadOnlyCollection<ElementChange> changes, long now, long frequency)
    {
        foreach (var (set, elements) in BySet(changes))
        {
            Write(text, "add", set, elements, now: 0, frequency: 0);
            Write(text, "delete", set, elements, now: 0, frequency: 0);
        }

        Add(text, changes, now, frequency);
    }

    private static IEnumerable<(string Set, List<ElementChange> Elements)> BySet(IEnumerable<ElementChange> changes) =>
        changes.GroupBy(static change => Array.IndexOf(Elements.All, (change.Element.IsV4, change.Element.Length))).Select(static group => (Sets[group.Key], group.ToList()));

    private static void Write(StringBuilder text, string verb, string set, List<ElementChange> elements, long now, long frequency)
    {
        text.Append(verb).Append(" element inet ").Append(KernelNames.Table).Append(' ').Append(set).Append(" { ");
        for (var i = 0; i < elements.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            text.Append(elements[i].Element.ToAddress());
            if (frequency != 0)
                text.Append(" timeout ").Append(Seconds(elements[i].Deadline - now, frequency).ToString(CultureInfo.InvariantCulture)).Append('s');
        }

        text.Append(" }\n");
    }

    // Rounded up: a ban never ends before its time.
    private static long Seconds(long stamps, long frequency) => Math.Max(1, (stamps + frequency - 1) / frequency);
}
