using System.Globalization;

namespace Garita.Hardening.Host;

/// <summary>Versions of packages in their order: deb-version(7).</summary>
internal sealed class DebianVersion : IComparer<string>
{
    public static DebianVersion Order { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Split(x ?? ""), Split(y ?? ""));
        if (left.Epoch != right.Epoch)
            return left.Epoch.CompareTo(right.Epoch);
        var upstream = ComparePart(left.Upstream, right.Upstream);
        return upstream != 0 ? upstream : ComparePart(left.Revision, right.Revision);
    }

    private static (long Epoch, string Upstream, string Revision) Split(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        var epoch = colon > 0 && long.TryParse(version[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var rest = version[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        return dash < 0 ? (epoch, rest, "") : (epoch, rest[..dash], rest[(dash + 1)..]);
    }

    /// <summary>In turn a piece without digits (~ before the end, letters before the rest) and a number.</summary>
    private static int ComparePart(string left, string right)
    {
        var (l, r) = (0, 0);
        while (l < left.Length || r < right.Length)
        {
            while ((l < left.Length && !char.IsAsciiDigit(left[l])) || (r < right.Length && !char.IsAsciiDigit(right[r])))
            {
                var difference = Weight(left, l) - Weight(right, r);
                if (difference != 0)
                    return difference;
                l++;
                r++;
            }
            var (first, second) = (Number(left, ref l), Number(right, ref r));
            if (first.Length != second.Length)
                return first.Length - second.Length;
            var order = string.CompareOrdinal(first, second);
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static int Weight(string text, int at)
    {
        if (at >= text.Length || char.IsAsciiDigit(text[at]))
            return 0;
        return text[at] == '~' ? -1 : char.IsAsciiLetter(text[at]) ? text[at] : text[at] + 256;
    }

    private static string Number(string text, ref int at)
    {
        while (at < text.Length && text[at] == '0')
            at++;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text[start..at];
    }
}
