namespace Garita.Gateway.Relay.Backends;

/// <summary>State of a breaker.</summary>
internal enum BreakerState : byte
{
    /// <summary>The backend is believed to work.</summary>
    Closed,
    /// <summary>It failed too often; nobody is let to it.</summary>
    Open,
    /// <summary>One delivery is let to it, to see.</summary>
    HalfOpen,
}

/// <summary>
/// Keeps deliveries from a backend that does not work, so that each is answered at once instead of after its patience. Opens after
/// 5 failures in a row; lets one probe through after 10 s, and after twice as long each time the probe fails, up to 5 min, with
/// jitter so that several gateways do not come back together. Not thread-safe: the pool's lock guards it.
/// </summary>
internal sealed class Breaker(TimeProvider time, Random random)
{
    internal const int Threshold = 5;
    private const double Jitter = 0.2;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private int _failures;
    private TimeSpan _wait = First;
    private long _opensUntil;
    private bool _open;
    private bool _probing;

    internal BreakerState State => !_open ? BreakerState.Closed : _probing || IsDue ? BreakerState.HalfOpen : BreakerState.Open;

    /// <summary>Whether a delivery would be let through now.</summary>
    internal bool MayEnter => !_open || (!_probing && IsDue);

    private bool IsDue => time.GetTimestamp() >= _opensUntil;

    /// <summary>Lets a delivery through, or not. The probe of a half-open breaker is one at a time, and must report.</summary>
    internal bool TryEnter()
    {
        if (!MayEnter)
            return false;
        _probing = _open;
        return true;
    }

    /// <summary>The backend answered as it should.</summary>
    /// <returns>Whether this closed the breaker.</returns>
    internal bool Success()
    {
        var closed = _open;
        _failures = 0;
        _open = false;
        _probing = false;
        _wait = First;
        return closed;
    }

    /// <summary>The backend failed.</summary>
    /// <returns>Whether this opened the breaker, or kept it open for longer.</returns>
    internal bool Failure()
    {
        if (_open)
        {
            // Late failures of deliveries from before it opened say nothing new.
            if (!_probing)
                return false;
            _wait = _wait * 2 < Longest ? _wait * 2 : Longest;
        }
        else if (++_failures < Threshold)
        {
            return false;
        }
        _open = true;
        _probing = false;
        _opensUntil = time.After(_wait * (1 + (Jitter * ((2 * random.NextDouble()) - 1))));
        return true;
    }

    /// <summary>A delivery that was let through told nothing: the next one may probe.</summary>
    internal void Nothing() => _probing = false;
}
