namespace Garita.Gateway.Admission.Bans;

/// <summary>At most so many bans in any minute. Not for several threads.</summary>
internal sealed class BanPace(TimeProvider time)
{
    private readonly Queue<long> _taken = new();
    private long _refusedAt;

    /// <summary>Whether one more may be made now.</summary>
    /// <param name="now">The clock's time stamp.</param>
    /// <param name="perMinute">How many may be in a minute.</param>
    internal bool TryTake(long now, int perMinute)
    {
        var minute = 60 * time.TimestampFrequency;
        while (_taken.TryPeek(out var oldest) && now - oldest >= minute)
            _taken.Dequeue();
        if (_taken.Count >= perMinute)
            return false;
        _taken.Enqueue(now);
        return true;
    }

    /// <summary>Notes a refusal; true for the first one after ten minutes without any.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal bool IsNews(long now)
    {
        var isNews = _refusedAt == 0 || now - _refusedAt >= 600 * time.TimestampFrequency;
        _refusedAt = now;
        return isNews;
    }
}
