using System.Globalization;
using System.Text;
using Garita.Wall;
using Garita.Wall.Rulesets;
using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>The only place where nft commands are written. Whatever varies in them is an address or a number.</summary>
internal static class NftText
{
    /// <summary>Names of the sets, in the order of <see cref="Elements.All"/>.</summary>
    internal static readonly string[] Sets = [KernelNames.Ban32, KernelNames.Ban24, KernelNames.Ban64, KernelNames.Ban48];

    /// <summary>Table, sets and chains, without elements. Only this form of listing does not load them first (nft 1.0.6).</summary>
    internal const string Look = "list ruleset inet\n";

    internal static string FlushSets { get; } = string.Concat(Sets.Select(static set => $"flush set inet {KernelNames.Table} {set}\n"));

    internal static string Flood(bool on, bool hasCounter) => on ? FloodRules.On(hasCounter) : FloodRules.Off;

    /// <summary>Adds elements that are not there.</summary>
    internal static void Add(StringBuilder text, IReadOnlyCollection<ElementChange> changes, long now, long frequency) =>
        Write(text, "add", changes, change => change.Deadline <= now ? 0 : Seconds(change.Deadline - now, frequency));

    /// <summary>
    /// Makes elements end at their time or now, whether they are there or not. A time-out that runs can only be renewed by making the
    /// element anew, and only what is there can be deleted: so each is added, deleted, and added with its time, in one transaction. Those that are
    /// new are only added.
    /// </summary>
    internal static void Change(StringBuilder text, IReadOnlyCollection<ElementChange> changes, long now, long frequency)
    {
        var old = changes.Where(static change => !change.IsNew).ToList();
        Write(text, "add", old, seconds: null);
        Write(text, "delete", old, seconds: null);
        Add(text, changes, now, frequency);
    }

    /// <summary>One command a set; elements of no seconds are left out.</summary>
    private static void Write(StringBuilder text, string verb, IReadOnlyCollection<ElementChange> changes, Func<ElementChange, long>? seconds)
    {
        for (var set = 0; set < Sets.Length; set++)
        {
            var (isV4, length) = Elements.All[set];
            var isOpen = false;
            foreach (var change in changes)
            {
                if (change.Element.IsV4 != isV4 || change.Element.Length != length || seconds?.Invoke(change) is 0)
                    continue;
                if (isOpen)
                    text.Append(", ");
                else
                    text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {KernelNames.Table} {Sets[set]} {{ ");
                isOpen = true;
                Address(text, change.Element);
                if (seconds is not null)
                    text.Append(CultureInfo.InvariantCulture, $" timeout {seconds(change)}s");
            }

            if (isOpen)
                text.Append(" }\n");
        }
    }

    private static void Address(StringBuilder text, Prefix element)
    {
        if (element.IsV4)
            text.Append(CultureInfo.InvariantCulture, $"{(byte)(element.Bits >> 24)}.{(byte)(element.Bits >> 16)}.{(byte)(element.Bits >> 8)}.{(byte)element.Bits}");
        else
            text.Append(element.ToAddress());
    }

    // Rounded up: a ban never ends before its time.
    private static long Seconds(long stamps, long frequency) => Math.Max(1, (stamps + frequency - 1) / frequency);
}
