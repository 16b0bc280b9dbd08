using Garita.Protocols.Message;
using Garita.SenderAuth.AuthenticationResults;

namespace Garita.Gateway.Relay;

/// <summary>Fields from outside that would pass for ours, whichever way a message takes: they are left out on relaying.</summary>
internal static class ForgedFields
{
    /// <summary>Their ranges, ascending: our own tags, marks of a release, and results of authentication in our name (RFC 8601 §5).</summary>
    /// <param name="header">The header section.</param>
    /// <param name="head">The octets it was read from.</param>
    /// <param name="hostname">Our name.</param>
    internal static List<(int Offset, int Length)> Find(HeaderSection header, ReadOnlySpan<byte> head, string hostname)
    {
        List<(int Offset, int Length)> found = [.. header.GaritaRuleFields, .. FieldFinder.Find(head[..header.Length], "X-Garita-Released"u8)];
        foreach (var (offset, length) in header.ResultsFields)
        {
            if (ForeignResults.ClaimsToBe(HeaderSection.ValueOf(head.Slice(offset, length)), hostname))
                found.Add((offset, length));
        }

        found.Sort();
        return found;
    }
}
