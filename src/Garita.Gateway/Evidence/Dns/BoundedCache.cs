using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>
/// A cache with a bound, in two generations: what was not asked for while one generation filled up is dropped with it.
/// Reading takes no lock and allocates nothing; a list in order of use would need a lock on every read.
/// It does not know of time: entries say themselves how long they hold.
/// </summary>
/// <typeparam name="TKey">What is looked up.</typeparam>
/// <typeparam name="TEntry">What is kept.</typeparam>
internal sealed class BoundedCache<TKey, TEntry>
    where TKey : notnull
    where TEntry : class
{
    private readonly int _generationSize;
    private readonly Lock _turn = new();
    private readonly IEqualityComparer<TKey>? _comparer;
    private Generation _now;

    /// <param name="capacity">Most entries of both generations together, at least 2.</param>
    /// <param name="comparer">How keys compare.</param>
    internal BoundedCache(int capacity, IEqualityComparer<TKey>? comparer = null)
    {
        _generationSize = Math.Max(1, capacity / 2);
        _comparer = comparer;
        _now = new Generation(New(), New());
    }

    /// <summary>Entries in both generations; those of the elder that are in the younger too count twice.</summary>
    internal int Count => _now.Young.Count + _now.Old.Count;

    internal bool TryGet(TKey key, [NotNullWhen(true)] out TEntry? entry)
    {
        var now = _now;
        if (now.Young.TryGetValue(key, out entry))
            return true;
        if (!now.Old.TryGetValue(key, out entry))
            return false;
        Set(key, entry);
        return true;
    }

    internal void Set(TKey key, TEntry entry)
    {
        var now = _now;
        if (now.Entered >= _generationSize)
        {
            lock (_turn)
            {
                now = _now;
                if (now.Entered >= _generationSize)
                    _now = now = new Generation(New(), now.Young);
            }
        }

        if (now.Young.TryAdd(key, entry))
            Interlocked.Increment(ref now.Entered);
        else
            now.Young[key] = entry;
    }

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        lock (_turn)
            _now = new Generation(New(), New());
    }

    private ConcurrentDictionary<TKey, TEntry> New() => new(_comparer);

    // The count is kept beside the dictionary, whose own Count takes all its locks.
    private sealed class Generation(ConcurrentDictionary<TKey, TEntry> young, ConcurrentDictionary<TKey, TEntry> old)
    {
        internal readonly ConcurrentDictionary<TKey, TEntry> Young = young;
        internal readonly ConcurrentDictionary<TKey, TEntry> Old = old;
        internal int Entered;
    }
}
