using System.Collections.Concurrent;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// Memory that messages may take: a quarter of Garita's whole, and of that at most a quarter for one tenant where there are several
/// (DESIGN.md). It only counts; when it says no, messages go to files.
/// </summary>
internal sealed class LetterBudget
{
    private const int Quarter = 4;

    private readonly ConcurrentDictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private long _limit;
    private long _tenantLimit;
    private long _inMemory;
    private long _onDisk;

    internal LetterBudget(GatewaySettings settings) => Apply(settings);

    internal long InMemory => Volatile.Read(ref _inMemory);

    internal long OnDisk => Volatile.Read(ref _onDisk);

    internal void Apply(GatewaySettings settings)
    {
        var limit = MemoryPlan.For(settings.Memory).Letters;
        Volatile.Write(ref _limit, limit);
        Volatile.Write(ref _tenantLimit, settings.Tenants.Count > 1 ? limit / Quarter : limit);
    }

    internal Share For(string tenant) => _shares.GetOrAdd(tenant, static _ => new Share());

    /// <summary>Takes memory to begin a letter if there is any left; otherwise nothing is taken.</summary>
    internal bool TryBegin(Share share, int octets) => TryTake(share, octets, Volatile.Read(ref _limit), Volatile.Read(ref _tenantLimit));

    /// <summary>
    /// Takes memory for a letter to grow; otherwise nothing is taken, and it goes to its file. The last quarter is left for beginnings:
    /// without that a few slow senders of large messages fill the budget, and nobody else's message is taken though the disk is empty.
    /// </summary>
    internal bool TryGrow(Share share, int octets) =>
        TryTake(share, octets, Growth(Volatile.Read(ref _limit)), Growth(Volatile.Read(ref _tenantLimit)));

    /// <summary>Takes memory that must be had: a message that was accepted has to be read. Small, and counted against those that come.</summary>
    internal void Take(Share share, int octets)
    {
        Interlocked.Add(ref _inMemory, octets);
        Interlocked.Add(ref share.InMemory, octets);
    }

    internal void Give(Share share, int octets) => Take(share, -octets);

    internal void AddOnDisk(long octets) => Interlocked.Add(ref _onDisk, octets);

    private static long Growth(long limit) => limit - (limit / Quarter);

    private bool TryTake(Share share, int octets, long limit, long tenantLimit)
    {
        if (Interlocked.Add(ref _inMemory, octets) <= limit)
        {
            if (Interlocked.Add(ref share.InMemory, octets) <= tenantLimit)
                return true;
            Interlocked.Add(ref share.InMemory, -octets);
        }
        Interlocked.Add(ref _inMemory, -octets);
        return false;
    }

    /// <summary>What one tenant's messages take.</summary>
    internal sealed class Share
    {
        internal long InMemory;
    }
}
