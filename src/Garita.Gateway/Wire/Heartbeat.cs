using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Wire;

/// <summary>Something that has deadlines and lets the heartbeat look at them.</summary>
internal interface IHasDeadline
{
    /// <summary>Looks at the deadlines; must not wait and must not throw.</summary>
    /// <param name="now">The clock's time stamp.</param>
    void Beat(long now);
}

/// <summary>
/// One heartbeat, four times a second, looks at all deadlines. A waiting connection needs no timer of its own.
/// </summary>
internal sealed partial class Heartbeat : IDisposable
{
    /// <summary>Time between two beats.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly Action<long> _beat;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _beating;

    internal Heartbeat(TimeProvider time, Action<long> beat, ILogger log)
    {
        _time = time;
        _beat = beat;
        _log = log;
        _timer = time.CreateTimer(static self => ((Heartbeat)self!).Beat(), this, Interval, Interval);
    }

    private void Beat()
    {
        // A beat that is late is not followed by two at once.
        if (Interlocked.Exchange(ref _beating, 1) != 0)
            return;
        try
        {
            _beat(_time.GetTimestamp());
        }
        catch (Exception e)
        {
            LogBeatFailed(_log, e);
        }
        finally
        {
            Volatile.Write(ref _beating, 0);
        }
    }

    public void Dispose() => _timer.Dispose();

    [LoggerMessage(1001, LogLevel.Error, "heartbeat failed; deadlines are checked again at the next beat")]
    private static partial void LogBeatFailed(ILogger log, Exception e);
}
