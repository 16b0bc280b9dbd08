namespace Garita.Gateway.Alarms;

/// <summary>What becomes of a raised alarm.</summary>
internal enum AlarmVerdict : byte
{
    /// <summary>People are told.</summary>
    Tell,
    /// <summary>Only the log has it.</summary>
    Log,
    /// <summary>It is counted.</summary>
    Count,
}

/// <summary>
/// When was told of what: each kind and tenant once an hour, so that an attack does not fill a mailbox. In between the log has one a minute.
/// An end is told once for what was told before, at any time. Bounded: when it is full, what is new is only counted. Not thread-safe.
/// </summary>
internal sealed class AlarmBook(TimeProvider time)
{
    /// <summary>Kinds and tenants that are kept apart.</summary>
    internal const int Most = 4096;

    private static readonly TimeSpan Told = TimeSpan.FromHours(1);
    private static readonly TimeSpan Logged = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(AlarmKind, string?), Page> _pages = [];

    /// <summary>Takes an alarm.</summary>
    /// <param name="alarm">The alarm.</param>
    /// <param name="suppressed">When it is told: how many were not, since the last one that was.</param>
    internal AlarmVerdict Take(Alarm alarm, out int suppressed)
    {
        suppressed = 0;
        var now = time.GetTimestamp();
        if (!_pages.TryGetValue((alarm.Kind, alarm.Tenant), out var page))
        {
            if (alarm.IsOver || (_pages.Count >= Most && !MakeRoom(now)))
                return AlarmVerdict.Count;
            _pages[(alarm.Kind, alarm.Tenant)] = page = new Page();
        }

        if (alarm.IsOver)
            return page.End(alarm.Key);
        if (now < page.NextTold)
        {
            page.Suppressed++;
            if (now < page.NextLogged)
                return AlarmVerdict.Count;
            page.NextLogged = now + Ticks(Logged);
            return AlarmVerdict.Log;
        }

        suppressed = page.Suppressed;
        page.Suppressed = 0;
        page.Current = alarm.Key;
        page.NextTold = now + Ticks(Told);
        page.NextLogged = now + Ticks(Logged);
        return AlarmVerdict.Tell;
    }

    private bool MakeRoom(long now)
    {
        foreach (var (key, _) in _pages.Where(page => page.Value.NextTold <= now).ToList())
            _pages.Remove(key);
        return _pages.Count < Most;
    }

    private long Ticks(TimeSpan wait) => (long)(wait.TotalSeconds * time.TimestampFrequency);

    private sealed class Page
    {
        internal long NextTold;
        internal long NextLogged;
        internal int Suppressed;

        /// <summary>What was told of and has not been told to be over.</summary>
        internal string? Current;

        internal AlarmVerdict End(string key)
        {
            if (!string.Equals(Current, key, StringComparison.Ordinal))
                return AlarmVerdict.Count;
            Current = null;
            return AlarmVerdict.Tell;
        }
    }
}
