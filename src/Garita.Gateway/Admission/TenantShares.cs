using System.Collections.Concurrent;

namespace Garita.Gateway.Admission;

/// <summary>Counts the sessions that are in a transaction for each tenant: where there are several, one has at most a quarter of the slots.</summary>
internal sealed class TenantShares
{
    private readonly ConcurrentDictionary<string, int> _sessions = new(StringComparer.Ordinal);

    /// <summary>Takes a place of a tenant.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="tenants">How many tenants there are.</param>
    /// <param name="slots">How many connections there may be in all.</param>
    /// <returns>False when its share is used up.</returns>
    internal bool TryEnter(string tenant, int tenants, int slots)
    {
        var most = tenants > 1 ? Math.Max(1, slots / 4) : slots;
        if (_sessions.AddOrUpdate(tenant, 1, static (_, count) => count + 1) <= most)
            return true;
        Leave(tenant);
        return false;
    }

    internal void Leave(string tenant) => _sessions.AddOrUpdate(tenant, 0, static (_, count) => Math.Max(0, count - 1));
}
