namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// Bounces (messages with the null reverse-path) by recipient and by domain within the last hour: when somebody forges our addresses, the
/// bounces of the world come here. Bounded, the longest idle goes first.
/// </summary>
internal sealed class BounceFlood
{
    /// <summary>At most so many recipients and domains are counted.</summary>
    internal const int Most = 50_000;

    private readonly Lock _lock = new();
    private readonly OldestFirst<HourRate> _rates = new(Most);

    /// <summary>A bounce came.</summary>
    /// <param name="recipient">The recipient's hash.</param>
    /// <param name="domain">Its domain's.</param>
    /// <param name="now">Seconds of the clock.</param>
    internal void Came(ulong recipient, ulong domain, int now)
    {
        lock (_lock)
        {
            Add(recipient, now);
            Add(domain, now);
        }
    }

    /// <summary>Bounces within the last hour.</summary>
    internal int Count(ulong key, int now)
    {
        lock (_lock)
            return _rates.TryGet(key, out var rate) ? rate.At(now) : 0;
    }

    private void Add(ulong key, int now)
    {
        _ = _rates.TryGet(key, out var rate);
        rate.Add(now);
        _rates.Set(key, rate);
    }
}
