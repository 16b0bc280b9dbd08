using System.Collections.Frozen;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.SenderAuth.PublicSuffix;

/// <summary>
/// The public suffix list (publicsuffix.org): under which names strangers register theirs. It serves display and look-alikes only; DMARC's
/// organisational domain comes from DNS (RFC 9989 §4.10), for no list is complete or the same everywhere.
/// </summary>
public sealed class PublicSuffixList
{
    private const int MostRules = 100_000;

    private readonly FrozenDictionary<string, Kind> _rules;

    private PublicSuffixList(FrozenDictionary<string, Kind> rules) => _rules = rules;

    private enum Kind : byte
    {
        Plain,
        /// <summary><c>*.</c>: every name one below.</summary>
        Wildcard,
        /// <summary><c>!</c>: no suffix although a wildcard says so.</summary>
        Exception,
        /// <summary>A suffix itself, and every name one below.</summary>
        PlainAndWildcard,
    }

    /// <summary>An empty list: every last label is a suffix.</summary>
    public static PublicSuffixList Empty { get; } = new(FrozenDictionary<string, Kind>.Empty);

    /// <summary>Rules of the list.</summary>
    public int Count => _rules.Count;

    /// <summary>Reads a list in its usual format; lines that are no rules are left out.</summary>
    /// <param name="lines">The file's lines.</param>
    public static PublicSuffixList Read(IEnumerable<string> lines)
    {
        var rules = new Dictionary<string, Kind>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            // A rule goes up to the first white space.
            var rule = line.AsSpan().Trim();
            if (rule.IndexOfAny(' ', '\t') is var blank and > 0)
                rule = rule[..blank];
            if (rule.IsEmpty || rule.StartsWith("//") || rules.Count >= MostRules)
                continue;
            var kind = rule.StartsWith("*.") ? Kind.Wildcard : rule[0] == '!' ? Kind.Exception : Kind.Plain;
            if (Normalize(rule[(kind == Kind.Wildcard ? 2 : kind == Kind.Exception ? 1 : 0)..]) is not { } name)
                continue;
            if (rules.TryGetValue(name, out var known) && known != kind && known != Kind.Exception && kind != Kind.Exception)
                kind = Kind.PlainAndWildcard;
            rules[name] = kind;
        }

        return new PublicSuffixList(rules.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The domain that somebody registered: one label below the suffix.</summary>
    /// <param name="domain">A domain, in any script.</param>
    /// <returns>The registered domain, A-labels in lower case; null when the name is a suffix itself or no domain name.</returns>
    public string? RegisteredDomain(string domain)
    {
        if (Normalize(domain) is not { } name)
            return null;
        var suffix = SuffixStart(name);
        return suffix == 0 ? null : name[(name.AsSpan(0, suffix - 1).LastIndexOf('.') + 1)..];
    }

    /// <summary>Where the suffix begins in a name.</summary>
    private int SuffixStart(string name)
    {
        // From the longest name to the shortest: the first match is the one with the most labels, and exceptions are longer than their wildcards.
        for (var at = 0; ; at = name.IndexOf('.', at) + 1)
        {
            var next = name.IndexOf('.', at) + 1;
            if (_rules.TryGetValue(name[at..], out var kind))
            {
                if (kind == Kind.Exception)
                    return next;
                if (kind is Kind.Plain or Kind.PlainAndWildcard)
                    return at;
            }

            // No rule: the last label is a suffix.
            if (next == 0)
                return at;
            if (_rules.TryGetValue(name[next..], out var above) && above is Kind.Wildcard or Kind.PlainAndWildcard)
                return at;
        }
    }

    private static string? Normalize(ReadOnlySpan<char> name)
    {
        if (name.Length > 4 * DomainName.MaxLength)
            return null;
        var octets = new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        return DomainName.TryNormalize(octets.AsSpan(0, Encoding.UTF8.GetBytes(name, octets)), smtpUtf8: true, out var normalized) ? normalized : null;
    }
}
