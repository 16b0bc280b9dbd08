using System.Buffers;
using DnsClient;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>
/// Names that are only asked for, never shown: policies stand at <c>_spf</c> and the like, and SPF makes names of local parts (RFC 7208 §7).
/// What an answer brings is checked by <see cref="HostName"/>.
/// </summary>
internal static class QueryName
{
    private const int MostOctets = 253;
    private const int MostLabel = 63;

    // RFC 5322 §3.2.3 atext, dots, and the colon: what domain-specs and local parts are made of.
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._!#$%&'*+/=?^`{|}~:");
    private static readonly SearchValues<char> Usual = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>The name in lower case without trailing dot, when it can be asked for; else null.</summary>
    /// <param name="name">The name.</param>
    internal static string? Normalize(string name)
    {
        if (name.EndsWith('.'))
            name = name[..^1];
        if (name.Length is 0 or > MostOctets)
            return null;
        name = name.ToLowerInvariant();
        if (name.AsSpan().ContainsAnyExcept(Allowed))
            return null;
        foreach (var range in name.AsSpan().Split('.'))
        {
            if (range.End.Value - range.Start.Value is 0 or > MostLabel)
                return null;
        }

        return name.AsSpan().ContainsAnyExcept(Usual) && !CanBeWritten(name) ? null : name;
    }

    // DnsClient takes other characters for an international name, and throws where they are none.
    private static bool CanBeWritten(string name)
    {
        try
        {
            return string.Equals(DnsString.Parse(name + ".").Value, name + ".", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
