using Garita.Gateway.Settings;
using Garita.SenderAuth.PublicSuffix;

namespace Garita.Gateway.Evidence.Impersonation;

/// <summary>What a tenant is called, its domains and its people, made once of a settings snapshot and a public suffix list.</summary>
internal sealed class OwnNames
{
    private readonly TenantSettings _tenant;
    private readonly List<OwnDomain> _domains = [];
    private readonly List<(string Person, string[] Words)> _people = [];
    private readonly List<string> _addressEnds = [];

    internal OwnNames(TenantSettings tenant, PublicSuffixList suffixes)
    {
        _tenant = tenant;
        Suffixes = suffixes;
        foreach (var domain in tenant.Domains.Concat(tenant.Impersonation.Domains))
        {
            if (OwnDomain.Make(domain, suffixes) is { } own && !_domains.Exists(known => string.Equals(known.Registered, own.Registered, StringComparison.Ordinal)))
                _domains.Add(own);
            _addressEnds.Add("@" + ConfusableText.Skeleton(domain));
        }

        foreach (var person in tenant.Impersonation.People)
        {
            if (Words(person) is { Length: > 0 } words)
                _people.Add((person, words));
        }
    }

    internal PublicSuffixList Suffixes { get; }

    /// <summary>Whether a domain is one of the tenant's or below one.</summary>
    internal bool IsOwn(string domain)
    {
        foreach (var own in _tenant.Domains)
        {
            if (domain.EndsWith(own, StringComparison.OrdinalIgnoreCase) && (domain.Length == own.Length || domain[^(own.Length + 1)] == '.'))
                return true;
        }

        return false;
    }

    /// <summary>Whether an outside address may use the names of people here.</summary>
    internal bool IsAllowed(string address)
    {
        var lower = address.ToLowerInvariant();
        return _tenant.Impersonation.Allowed.Contains(lower) || _tenant.Impersonation.Allowed.Contains(lower[lower.LastIndexOf('@')..]);
    }

    /// <summary>The tenant's domain that another is like; null for none.</summary>
    internal LookAlikeFact? Like(string domain)
    {
        if (OwnDomain.Make(domain, Suffixes) is not { } other || _domains.Exists(own => string.Equals(own.Registered, other.Registered, StringComparison.Ordinal)))
            return null;
        foreach (var own in _domains)
        {
            if (own.Compare(other, domain) is { } likeness)
                return new LookAlikeFact(domain, own.Registered, likeness);
        }

        return null;
    }

    /// <summary>Whose name stands in a text: all its words in any order, and no others where the name is a single word.</summary>
    internal string? PersonIn(string text)
    {
        if (_people.Count == 0)
            return null;
        var words = Words(text);
        foreach (var (person, wanted) in _people)
        {
            if ((wanted.Length > 1 || words.Length == 1) && Array.TrueForAll(wanted, word => Array.IndexOf(words, word) >= 0))
                return person;
        }

        return null;
    }

    /// <summary>Whether a text names an address of the tenant.</summary>
    internal bool HasAddressIn(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal) && !text.Contains('＠', StringComparison.Ordinal))
            return false;
        var skeleton = ConfusableText.Skeleton(text);
        foreach (var end in _addressEnds)
        {
            for (var at = skeleton.IndexOf(end, StringComparison.Ordinal); at >= 0; at = skeleton.IndexOf(end, at + 1, StringComparison.Ordinal))
            {
                var behind = skeleton.AsSpan(at + end.Length);
                if (behind.IsEmpty || !(char.IsLetterOrDigit(behind[0]) || behind[0] == '-' || (behind[0] == '.' && behind.Length > 1 && char.IsLetterOrDigit(behind[1]))))
                    return true;
            }
        }

        return false;
    }

    private static string[] Words(string text)
    {
        var skeleton = ConfusableText.Skeleton(text);
        List<string> words = [];
        var start = 0;
        for (var at = 0; at <= skeleton.Length; at++)
        {
            if (at < skeleton.Length && char.IsLetterOrDigit(skeleton[at]))
                continue;
            if (at > start)
                words.Add(skeleton[start..at]);
            start = at + 1;
        }

        return [.. words];
    }
}
