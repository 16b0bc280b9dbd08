namespace Garita.SenderAuth.Spf;

/// <summary>Names that DNS can be asked for.</summary>
internal static class TargetName
{
    private const int MostOctets = 253;
    private const int MostLabel = 63;

    /// <summary>Makes a name of what macros expanded to: without trailing dot, cut from the left to 253 octets at a label (RFC 7208 §7.3); null when DNS cannot carry it.</summary>
    internal static string? Make(string expanded)
    {
        var name = expanded.AsSpan();
        if (name.EndsWith('.'))
            name = name[..^1];
        while (name.Length > MostOctets)
        {
            var dot = name.IndexOf('.');
            if (dot < 0)
                return null;
            name = name[(dot + 1)..];
        }

        return IsMultiLabel(name) ? name.ToString() : null;
    }

    /// <summary>Whether this is a domain name of two labels or more, of printable ASCII, and no address literal (RFC 7208 §4.3).</summary>
    internal static bool IsMultiLabel(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MostOctets || name[0] == '[' || name.ContainsAnyExceptInRange(' ', '~'))
            return false;
        var labels = 0;
        foreach (var range in name.Split('.'))
        {
            var length = name[range].Length;
            if (length is 0 or > MostLabel)
                return false;
            labels++;
        }

        return labels > 1;
    }
}
