using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Garita.Wall.Rulesets;

namespace Garita.Wall.Kernel;

/// <summary>What the kernel has of the packet filter's table. Sets that may be large are never listed: it takes seconds and hundreds of megabytes.</summary>
public sealed partial class KernelTable
{
    private readonly string _listing;
    private readonly string _elements;

    private KernelTable(string listing, string elements)
    {
        _listing = listing;
        _elements = elements;
    }

    /// <summary>Its chains.</summary>
    public IReadOnlyList<string> Chains => [.. ChainLine().Matches(_listing).Select(static match => match.Groups["name"].Value)];

    /// <summary>The hash of the ruleset that was loaded; null: none of ours.</summary>
    public string? Fingerprint => About().Match(_listing) is { Success: true } match ? match.Groups["hash"].Value : null;

    /// <summary>Whether SYNs to the mail ports are answered with cookies.</summary>
    public bool IsFlood => _listing.Contains(" synproxy ", StringComparison.Ordinal);

    /// <summary>The listing without what changes by itself or by the warden: whether somebody else changed it is told by comparing.</summary>
    public string Shape => Sorted(FloodChain().Replace(_listing, "") + _elements);

    /// <summary>Reads it.</summary>
    /// <returns>Null where there is no such table.</returns>
    /// <exception cref="NftException">The kernel cannot be asked.</exception>
    public static async Task<KernelTable?> ReadAsync()
    {
        if (!(await Nft.RunAsync("", "list", "tables", "inet")).Split('\n').Contains($"table inet {KernelNames.Table}", StringComparer.Ordinal))
            return null;
        var listing = await Nft.RunAsync("", "-t", "-s", "list", "table", "inet", KernelNames.Table);
        var elements = new StringBuilder();
        foreach (var (name, _) in KernelSets.Settled)
        {
            if (!listing.Contains($"\tset {name} {{", StringComparison.Ordinal))
                continue;
            var set = await Nft.RunAsync("", "list", "set", "inet", KernelNames.Table, name);
            if (Elements().Match(set) is { Success: true } match)
                elements.AppendLine(CultureInfo.InvariantCulture, $"add element inet {KernelNames.Table} {name} {{ {Spaces().Replace(match.Groups["all"].Value, " ").Trim()} }}");
        }

        return new KernelTable(listing, elements.ToString());
    }

    /// <summary>
    /// Text that goes back to it from another ruleset. Bans that were made since stay, as do counters.
    /// </summary>
    /// <param name="former">What there was; null: no table, so the table goes.</param>
    /// <param name="next">The ruleset that is gone back from.</param>
    public static string WayBack(KernelTable? former, Ruleset next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return former is null
            ? $"add table inet {KernelNames.Table}\ndelete table inet {KernelNames.Table}\n"
            : KernelSets.Clear(former.Chains) + former._listing + former._elements;
    }

    /// <summary>A listing whose sets are in order: the kernel gives hashes in another one each time they are made.</summary>
    internal static string Sorted(string listing) =>
        Braces().Replace(listing, static match => $"{{ {string.Join(", ", match.Groups["all"].Value.Split(", ").Order(StringComparer.Ordinal))} }}");

    /// <summary>Packets by reason.</summary>
    /// <exception cref="NftException">The kernel cannot be asked.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, long>>> CountersAsync()
    {
        // Terse, and not "list counters", which loads every set as well.
        var listing = await Nft.RunAsync("", "-t", "list", "table", "inet", KernelNames.Table);
        return [.. Counter().Matches(listing).Select(static match => new KeyValuePair<string, long>(match.Groups["reason"].Value, long.Parse(match.Groups["packets"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)))];
    }

    [GeneratedRegex(@"^\tchain (?<name>\w+) \{", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChainLine();

    [GeneratedRegex("comment \"settings (?<hash>[0-9a-f]{32})\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex About();

    [GeneratedRegex(@"^\tchain flood_(?:raw|in) \{.*?^\t\}\n", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FloodChain();

    [GeneratedRegex(@"elements = \{(?<all>[^}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Elements();

    [GeneratedRegex(@"\{ (?<all>[^{}\n]*) \}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"counter c_(?<reason>\w+) \{\s*packets (?<packets>\d+) bytes", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Counter();
}
