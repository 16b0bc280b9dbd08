namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// Keeps clients from waiting for a backend that does not answer: after five failures in a row nothing is tried
/// for a while, then one attempt at a time is let through until one succeeds. Safe for use by several threads.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">Source of the jitter that keeps several gateways from probing in step.</param>
internal sealed class Breaker(TimeProvider time, Random random)
{
    private const int FailuresToOpen = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private int _failures;
    private TimeSpan _pause;
    private long _openedAt;
    private TimeSpan _openFor;
    private bool _probing;

    /// <summary>As <see cref="BackendState.Breaker"/> says it: half-open once the pause is over.</summary>
    public string State
    {
        get
        {
            lock (_gate)
            {
                return _pause == TimeSpan.Zero ? "closed" : PauseIsOver() ? "half-open" : "open";
            }
        }
    }

    /// <summary>True while an attempt would be turned away; asking takes no probe.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _pause > TimeSpan.Zero && (_probing || !PauseIsOver());
            }
        }
    }

    /// <summary>
    /// Asks leave for one attempt. Who gets it reports <see cref="Succeeded"/>, <see cref="Failed"/> or
    /// <see cref="Abandoned"/>, or a probe is never followed by another.
    /// </summary>
    /// <returns>False while the breaker is open, or half-open with its one probe under way.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_pause == TimeSpan.Zero)
            {
                return true;
            }

            if (_probing || !PauseIsOver())
            {
                return false;
            }

            _probing = true;
            return true;
        }
    }

    /// <summary>The backend greeted and answered: closes the breaker.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            _failures = 0;
            _pause = TimeSpan.Zero;
            _probing = false;
        }
    }

    /// <summary>The attempt ended without telling anything about the backend, as when its client went away.</summary>
    public void Abandoned()
    {
        lock (_gate)
        {
            _probing = false;
        }
    }

    /// <summary>Connect, TLS, greeting or an answer in time failed.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            if (_pause > TimeSpan.Zero)
            {
                // Attempts begun before it opened end late; only the probe may lengthen the pause.
                if (_probing)
                {
                    Open(_pause * 2);
                }

                return;
            }

            _failures++;
            if (_failures >= FailuresToOpen)
            {
                Open(FirstPause);
            }
        }
    }

    private bool PauseIsOver() => time.GetElapsedTime(_openedAt) >= _openFor;

    private void Open(TimeSpan length)
    {
        _pause = length < LongestPause ? length : LongestPause;
        _openFor = _pause * (1 + (random.NextDouble() * 0.1));
        _openedAt = time.GetTimestamp();
        _probing = false;
    }
}
