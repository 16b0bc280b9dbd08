using System.Runtime.InteropServices;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>What one sender asked for within the last hour.</summary>
/// <param name="Unknown">Distinct recipients that do not exist, counted up to the limit.</param>
/// <param name="Known">Distinct recipients that exist, counted up to the same limit.</param>
/// <param name="Refused">How often it was refused since it went over the limit.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tally(int Unknown, int Known, int Refused);

/// <summary>
/// Distinct recipients by tenant and sender: a network (/24, /48), or a domain that passed SPF where the network speaks for many.
/// Repeats of one address count once. Bounded: at most <see cref="Most"/> senders, the longest idle goes first.
/// </summary>
internal sealed class NetworkTallies
{
    /// <summary>At most so many senders are counted at once.</summary>
    internal const int Most = 50_000;

    private const int Shards = 16;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(static _ => new Shard())];

    /// <summary>Senders that are counted now.</summary>
    internal int Count => _shards.Sum(static shard =>
    {
        lock (shard)
            return shard.Senders.Count;
    });

    /// <summary>A recipient that does not exist.</summary>
    /// <param name="sender">Tenant and sender.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="now">Seconds of the clock.</param>
    /// <param name="limit">So many distinct ones matter.</param>
    internal Tally Unknown(ulong sender, ulong recipient, int now, int limit) => Note(sender, recipient, now, limit, isKnown: false);

    /// <summary>A recipient that exists.</summary>
    internal Tally Known(ulong sender, ulong recipient, int now, int limit) => Note(sender, recipient, now, limit, isKnown: true);

    /// <summary>What a sender asked for within the last hour.</summary>
    internal Tally Find(ulong sender, int now)
    {
        var shard = _shards[sender % Shards];
        lock (shard)
            return shard.Senders.TryGet(sender, out var counts) ? counts.At(now) : default;
    }

    /// <summary>It was refused for harvesting, once more.</summary>
    internal int Refused(ulong sender)
    {
        var shard = _shards[sender % Shards];
        lock (shard)
            return shard.Senders.TryGet(sender, out var counts) ? ++counts.Refused : 0;
    }

    private Tally Note(ulong sender, ulong recipient, int now, int limit, bool isKnown)
    {
        var shard = _shards[sender % Shards];
        lock (shard)
        {
            if (!shard.Senders.TryGet(sender, out var counts))
                shard.Senders.Set(sender, counts = new Counts());
            ref var set = ref isKnown ? ref counts.Known : ref counts.Unknown;
            // Another limit after a reload: counted anew.
            if (set is null || set.Most != limit)
                set = new RecentSet(limit);
            set.Add(recipient, now);
            return counts.At(now);
        }
    }

    private sealed class Shard
    {
        internal readonly OldestFirst<Counts> Senders = new(Most / Shards);
    }

    private sealed class Counts
    {
        internal RecentSet? Known;
        internal RecentSet? Unknown;
        internal int Refused;

        internal Tally At(int now)
        {
            var unknown = Unknown?.Count(now) ?? 0;
            if (unknown == 0)
                Refused = 0;
            return new Tally(unknown, Known?.Count(now) ?? 0, Refused);
        }
    }
}
