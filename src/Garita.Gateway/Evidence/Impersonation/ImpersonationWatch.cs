using System.Runtime.CompilerServices;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Settings;
using Garita.Protocols.Message;

namespace Garita.Gateway.Evidence.Impersonation;

/// <summary>Who a message makes itself out to be.</summary>
/// <param name="Person">The listed person whose name stands beside an address from outside; null for none.</param>
/// <param name="HasOwnAddress">Whether an address of the tenant stands where the name should, beside one from outside.</param>
/// <param name="IsOwnDomain">Whether the author's domain is the tenant's.</param>
/// <param name="LookAlike">The domain of author or envelope that is like one of the tenant's; null for none.</param>
public sealed record ImpersonationFact(string? Person, bool HasOwnAddress, bool IsOwnDomain, LookAlikeFact? LookAlike);

/// <summary>Compares whom a message claims to be from with the tenant's people and domains. No look-up, and nothing of the body.</summary>
/// <param name="suffixes">The public suffix list.</param>
internal sealed class ImpersonationWatch(PublicSuffixFile suffixes)
{
    private readonly ConditionalWeakTable<TenantSettings, OwnNames> _names = [];

    /// <summary>Looks at a message's author and envelope.</summary>
    /// <param name="tenant">The tenant it is for.</param>
    /// <param name="author">The From field's readings.</param>
    /// <param name="from">The author's address; null where it cannot be read.</param>
    /// <param name="senderDomain">The reverse-path's domain; null for the null one or an address literal.</param>
    internal async ValueTask<ImpersonationFact> FindAsync(TenantSettings tenant, AuthorReadings author, string? from, string? senderDomain)
    {
        var list = await suffixes.GetAsync();
        if (!_names.TryGetValue(tenant, out var own) || !ReferenceEquals(own.Suffixes, list))
            _names.AddOrUpdate(tenant, own = new OwnNames(tenant, list));

        var isOwn = author.Domains.Any(own.IsOwn);
        // With an author of ours beside one from outside, the reader may be shown either.
        var isOutside = author.Domains.Count == 0 || !author.Domains.All(own.IsOwn);
        var isAllowed = !isOutside || (from is not null && own.IsAllowed(from));
        var like = author.Domains.Select(own.Like).FirstOrDefault(static fact => fact is not null);
        if (like is null && senderDomain is not null)
            like = own.Like(senderDomain);
        return new ImpersonationFact(isAllowed ? null : own.PersonIn(author.Words), !isAllowed && own.HasAddressIn(author.Words), isOwn, like);
    }
}
