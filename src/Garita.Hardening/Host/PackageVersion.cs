using System.Globalization;

namespace Garita.Hardening.Host;

/// <summary>Versions as Debian writes them: <c>4.96-15+deb12u4</c>. Numbers are compared as numbers, ~ is before the end.</summary>
public static class PackageVersion
{
    /// <summary>Whether a version is at least another (deb-version(7); of the same epoch, which is left out).</summary>
    /// <param name="version">A version.</param>
    /// <param name="least">The one it is compared with.</param>
    public static bool AtLeast(string version, string least) => Compare(WithoutEpoch(version), WithoutEpoch(least)) >= 0;

    private static string WithoutEpoch(string version) => version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static int Compare(string a, string b)
    {
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            while ((i < a.Length && !char.IsAsciiDigit(a[i])) || (j < b.Length && !char.IsAsciiDigit(b[j])))
            {
                var order = Weight(a, i) - Weight(b, j);
                if (order != 0)
                    return order;
                i++;
                j++;
            }
            var (x, y) = (Number(a, ref i), Number(b, ref j));
            if (x != y)
                return x < y ? -1 : 1;
        }
        return 0;
    }

    private static int Weight(string text, int at) => at >= text.Length || char.IsAsciiDigit(text[at]) ? 0 : text[at] == '~' ? -1 : char.IsAsciiLetter(text[at]) ? text[at] : text[at] + 256;

    private static long Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at == start ? 0 : long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
    }
}
