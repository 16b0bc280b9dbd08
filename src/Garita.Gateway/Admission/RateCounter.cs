namespace Garita.Gateway.Admission;

/// <summary>
/// Counts events by key within a sliding window, in bounded memory: two generations of counts, of which the older fades out. When one is full
/// it becomes the older one early, so that the longest idle are forgotten first, whoever floods it.
/// </summary>
/// <param name="window">The window.</param>
/// <param name="time">The clock.</param>
/// <param name="most">Keys in one generation.</param>
internal sealed class RateCounter(TimeSpan window, TimeProvider time, int most = 100_000)
{
    private readonly Lock _lock = new();
    private readonly long _length = (long)(window.TotalSeconds * time.TimestampFrequency);
    private Dictionary<ulong, int> _current = [];
    private Dictionary<ulong, int> _older = [];
    private long _begun = time.GetTimestamp();

    /// <summary>Keys that are remembered.</summary>
    internal int Keys
    {
        get
        {
            lock (_lock)
                return _current.Count + _older.Count;
        }
    }

    /// <summary>Counts events of a key.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="events">How many.</param>
    /// <returns>Events within the last window, these included.</returns>
    internal double Add(ulong key, int events = 1)
    {
        lock (_lock)
        {
            var fresh = Turn();
            ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_current, key, out _);
            count = (int)Math.Min(int.MaxValue, (long)count + events);
            return count + (_older.GetValueOrDefault(key) * fresh);
        }
    }

    /// <summary>Events of a key within the last window.</summary>
    internal double Of(ulong key)
    {
        lock (_lock)
        {
            var fresh = Turn();
            return _current.GetValueOrDefault(key) + (_older.GetValueOrDefault(key) * fresh);
        }
    }

    /// <summary>Turns the generations where it is time; returns how much of the older one still counts.</summary>
    private double Turn()
    {
        var passed = time.GetTimestamp() - _begun;
        if (passed >= _length || _current.Count >= most)
        {
            (_older, _current) = (_current, _older);
            if (passed >= 2 * _length)
                _older.Clear();
            _current.Clear();
            _begun = passed >= 2 * _length || passed < _length ? time.GetTimestamp() : _begun + _length;
            passed = time.GetTimestamp() - _begun;
        }

        return 1 - ((double)passed / _length);
    }
}
