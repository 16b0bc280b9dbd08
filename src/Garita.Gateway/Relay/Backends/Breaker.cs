namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// Keeps a mail server that does not answer from costing every session its time: after five failures in a row it is left alone for 10 s,
/// doubling to 5 min; then one delivery tries it. Counts connect, TLS, greeting and time-out failures, never refusals.
/// </summary>
internal sealed class Breaker(TimeProvider time, Random random)
{
    private const int FailuresToOpen = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private int _failures;
    private TimeSpan _pause = FirstPause;
    private long _openUntil;
    private bool _probing;

    internal string LastError { get; private set; } = "";

    /// <summary>Whether it would turn a delivery away now.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_lock)
                return _openUntil != 0 && (_probing || time.GetTimestamp() < _openUntil);
        }
    }

    internal string State
    {
        get
        {
            lock (_lock)
                return _openUntil == 0 ? "closed" : _probing || time.GetTimestamp() >= _openUntil ? "half-open" : "open";
        }
    }

    /// <summary>Asks to try; when half-open only one may.</summary>
    internal bool TryPass()
    {
        lock (_lock)
        {
            if (_openUntil == 0)
                return true;
            if (_probing || time.GetTimestamp() < _openUntil)
                return false;
            _probing = true;
            return true;
        }
    }

    internal void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
            _openUntil = 0;
            _pause = FirstPause;
            _probing = false;
            LastError = "";
        }
    }

    internal void Failed(string error)
    {
        lock (_lock)
        {
            LastError = error;
            var wasProbe = _probing;
            _probing = false;
            if (++_failures < FailuresToOpen && !wasProbe)
                return;
            // Jitter, so that many gateways do not come back in step.
            var pause = _pause * (0.8 + (random.NextDouble() * 0.4));
            _openUntil = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }
}
