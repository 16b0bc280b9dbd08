namespace Garita.Gateway.Ledger;

/// <summary>Knows whether one of the two stores works, when to try it again, and whether to say so: at most once a minute.</summary>
internal sealed class FailureWatch(TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(1);

    private long _failedAt;
    private long _saidAt;
    private bool _wasSaid;
    private bool _owesGoodNews;

    /// <summary>Whether it works, as far as is known.</summary>
    public bool Works { get; private set; } = true;

    /// <summary>Whether it is to be tried: always while it works, else once a second.</summary>
    public bool MayTry => Works || time.GetElapsedTime(_failedAt) >= RetryAfter;

    /// <summary>Notes a failure.</summary>
    /// <returns>Whether to say so in the log.</returns>
    public bool Failed()
    {
        Works = false;
        _failedAt = time.GetTimestamp();
        var say = MaySay();
        _owesGoodNews |= say;
        return say;
    }

    /// <summary>Notes a success.</summary>
    /// <returns>Whether to say so in the log: it follows a failure that was said.</returns>
    public bool Succeeded()
    {
        var say = _owesGoodNews;
        _owesGoodNews = false;
        Works = true;
        return say;
    }

    /// <summary>Whether something may be said now; notes that it was.</summary>
    public bool MaySay()
    {
        if (_wasSaid && time.GetElapsedTime(_saidAt) < SayEvery)
            return false;
        _wasSaid = true;
        _saidAt = time.GetTimestamp();
        return true;
    }
}
