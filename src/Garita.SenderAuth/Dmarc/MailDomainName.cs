using System.Text;
using Garita.Protocols.Address;

namespace Garita.SenderAuth.Dmarc;

/// <summary>Domain names as alignment compares them: A-labels in lower case, without trailing dot, at most 253 octets (RFC 1035 §2.3.4).</summary>
internal static class MailDomainName
{
    private const int MostOctets = 253;

    /// <summary>The name in that form; null for what is no domain name, an address literal for instance.</summary>
    internal static string? Make(string name)
    {
        if (name.EndsWith('.'))
            name = name[..^1];
        // A domain of four times as many octets cannot become a valid one.
        if (name.Length is 0 or > 4 * MostOctets)
            return null;
        // RFC 6376 §3.5 lets underscores into d=; they compare as any other letter.
        var probe = name.Replace('_', 'x');
        if (!DomainName.TryNormalize(Encoding.UTF8.GetBytes(probe), smtpUtf8: true, out var normalized) || normalized!.Length > MostOctets)
            return null;
        return Ascii.IsValid(name) ? name.ToLowerInvariant() : name.Contains('_', StringComparison.Ordinal) ? null : normalized;
    }

    /// <summary>Whether a name is another one or below it.</summary>
    internal static bool IsWithin(string name, string domain) =>
        name.EndsWith(domain, StringComparison.Ordinal) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');
}
