using System.Buffers;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>Checks names that DNS or a client brought, before they are asked for, compared or shown (nginx CVE-2026-28753).</summary>
internal static class HostName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The name in lower case without trailing dot, when it is letters, digits and hyphens in labels of 1 to 63, at most 255 octets (RFC 1123 §2.1); else null.</summary>
    /// <param name="name">The name as DNS gave it.</param>
    internal static string? Normalize(string name)
    {
        if (name.EndsWith('.'))
            name = name[..^1];
        if (name.Length is 0 or > 255)
            return null;
        name = name.ToLowerInvariant();
        return !name.AsSpan().ContainsAnyExcept(Allowed) && LabelsFit(name) ? name : null;
    }

    private static bool LabelsFit(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
                return false;
        }

        return true;
    }
}
