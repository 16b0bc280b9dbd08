using System.Collections.Concurrent;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// What messages may take. Of memory a quarter of Garita's whole; when that is used up, messages go to files. Of the disk
/// <c>limits.letters_on_disk</c>; when that is used up, they are put off. Of both at most a quarter for one tenant where there are several.
/// It only counts.
/// </summary>
internal sealed class LetterBudget
{
    private const int Quarter = 4;

    private readonly ConcurrentDictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private long _limit;
    private long _tenantLimit;
    private long _inMemory;
    private long _onDisk;
    private long _expected;
    private long _diskLimit;
    private long _tenantDiskLimit;

    internal LetterBudget(GatewaySettings settings) => Apply(settings);

    internal long InMemory => Volatile.Read(ref _inMemory);

    internal long OnDisk => Volatile.Read(ref _onDisk);

    internal void Apply(GatewaySettings settings)
    {
        var limit = MemoryPlan.For(settings.Memory).Letters;
        Volatile.Write(ref _limit, limit);
        Volatile.Write(ref _tenantLimit, settings.Tenants.Count > 1 ? limit / Quarter : limit);
        var disk = settings.Limits.LettersOnDisk;
        Volatile.Write(ref _diskLimit, disk);
        Volatile.Write(ref _tenantDiskLimit, settings.Tenants.Count > 1 ? disk / Quarter : disk);
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

    /// <summary>Takes room on the disk; otherwise nothing is taken, and the message cannot be kept.</summary>
    internal bool TryTakeOnDisk(Share share, long octets)
    {
        if (Interlocked.Add(ref _onDisk, octets) <= Volatile.Read(ref _diskLimit))
        {
            if (Interlocked.Add(ref share.OnDisk, octets) <= Volatile.Read(ref _tenantDiskLimit))
                return true;
            Interlocked.Add(ref share.OnDisk, -octets);
        }
        Interlocked.Add(ref _onDisk, -octets);
        return false;
    }

    internal void GiveOnDisk(Share share, long octets)
    {
        Interlocked.Add(ref _onDisk, -octets);
        Interlocked.Add(ref share.OnDisk, -octets);
    }

    /// <summary>
    /// Whether a message of a declared size will fit on the disk, and if so notes that it comes. What is declared and not yet here counts
    /// at most a quarter of the room: whoever declares much and sends little locks nobody out.
    /// </summary>
    internal bool TryExpect(Share share, long octets)
    {
        var limit = Volatile.Read(ref _diskLimit);
        var coming = Math.Min(Volatile.Read(ref _expected), limit / Quarter);
        if (octets > limit - coming - OnDisk || octets > Volatile.Read(ref _tenantDiskLimit) - Volatile.Read(ref share.OnDisk))
            return false;
        Interlocked.Add(ref _expected, octets);
        return true;
    }

    /// <summary>That much of what was expected has come, or will not come.</summary>
    internal void Met(long octets) => Interlocked.Add(ref _expected, -octets);

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
        internal long OnDisk;
    }
}
