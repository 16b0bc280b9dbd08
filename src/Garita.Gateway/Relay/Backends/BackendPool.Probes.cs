namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// Connections for call-ahead. They count against the cap, at most a quarter of it, never wait, and yield to mail. They are apart from those that
/// carry mail, because servers slow down and close connections with many refused recipients.
/// </summary>
internal sealed partial class BackendPool
{
    /// <summary>Questions on one connection: Postfix slows down at ten errors and closes at twenty.</summary>
    internal const int MostProbes = 8;

    private readonly List<BackendConnection> _probeIdle = [];
    private int _probing;

    /// <summary>A connection for one question, if one is free now.</summary>
    internal BackendGrant AcquireProbe()
    {
        List<BackendConnection>? stale = null;
        try
        {
            lock (_gate)
            {
                if (_draining || !_breaker.TryEnter())
                    return new BackendGrant(null, DeliveryOutcome.Unreachable);
                if (_probing >= Math.Max(1, target.Settings.Connections / 4))
                {
                    _breaker.Nothing();
                    return new BackendGrant(null, DeliveryOutcome.Busy);
                }

                while (_probeIdle.Count > 0)
                {
                    var last = _probeIdle[^1];
                    _probeIdle.RemoveAt(_probeIdle.Count - 1);
                    if (last.IsQuiet())
                    {
                        _probing++;
                        return new BackendGrant(last, default);
                    }

                    _all.Remove(last);
                    _slots--;
                    (stale ??= []).Add(last);
                }

                if (_slots >= target.Settings.Connections)
                {
                    _breaker.Nothing();
                    return new BackendGrant(null, DeliveryOutcome.Busy);
                }

                _slots++;
                _probing++;
                return new BackendGrant(AddFresh(), default);
            }
        }
        finally
        {
            stale?.ForEach(static c => c.Dispose());
        }
    }

    /// <summary>Gives a connection back after a question.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isClean">Whether it is fit for another.</param>
    internal void ReleaseProbe(BackendConnection connection, bool isClean)
    {
        lock (_gate)
        {
            _probing--;
            if (isClean && !_draining && _waiting.Count == 0 && !connection.IsClosing && connection.Transactions < MostProbes)
            {
                connection.Rest();
                _probeIdle.Add(connection);
                return;
            }
        }

        Release(connection, isClean ? Parting.Quit : Parting.Close, isOneSession: true);
    }

    /// <summary>Under the lock: makes an unused one give its place to mail.</summary>
    private bool TryTakeProbePlace()
    {
        if (_probeIdle.Count == 0)
            return false;
        var oldest = _probeIdle[0];
        _probeIdle.RemoveAt(0);
        _slots--;
        _ = QuitAsync(oldest);
        return true;
    }

    /// <summary>Under the lock: ends those that are unused for long.</summary>
    private void SweepProbes(long tooOld)
    {
        while (_probeIdle.Count > 0 && (_draining || _probeIdle[0].IdleSince <= tooOld))
            _ = TryTakeProbePlace();
    }
}
