using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Evidence.Reputation;

/// <summary>
/// Whether a list is fit to be asked. One that is silent or refuses five times in a row is left out for ten minutes, then tried once; one that
/// has 127.0.0.1, which no list may have (RFC 5782 §5), lists everything and is left out for an hour: a domain that expired must not turn all mail away.
/// </summary>
internal sealed partial class ZoneWatch(string zone, TimeProvider time, ILogger log)
{
    internal const int MostFailures = 5;

    internal static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan CheckEvery = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private int _failures;
    private long _outUntil = long.MinValue;
    private long _nextCheck = long.MinValue;

    /// <summary>Whether it is asked now.</summary>
    internal bool IsFit
    {
        get
        {
            lock (_gate)
                return time.GetTimestamp() >= _outUntil;
        }
    }

    /// <summary>Whether it is time to see whether it lists what no list may; true once for each time.</summary>
    internal bool TakeCheck()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (now < _nextCheck)
                return false;
            _nextCheck = now + Ticks(CheckEvery);
            return true;
        }
    }

    /// <summary>It answered.</summary>
    internal void Answered()
    {
        lock (_gate)
        {
            if (_failures >= MostFailures)
                LogBack(log, zone);
            _failures = 0;
        }
    }

    /// <summary>It did not answer, or refused.</summary>
    internal void Failed(bool refused)
    {
        lock (_gate)
        {
            // After a pause the first try decides.
            if (++_failures < MostFailures || time.GetTimestamp() < _outUntil)
                return;
            if (_failures == MostFailures)
                LogOut(log, zone, refused ? "refuses to answer (does it take queries from your resolver?)" : "does not answer");
            _outUntil = time.GetTimestamp() + Ticks(Pause);
        }
    }

    /// <summary>It lists what no list may.</summary>
    internal void ListsEverything()
    {
        lock (_gate)
        {
            LogOut(log, zone, "lists 127.0.0.1, so it lists everything (has its domain expired?)");
            _outUntil = time.GetTimestamp() + Ticks(CheckEvery);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(1310, LogLevel.Warning, "DNS list {Zone} {Why}: it is left out for now")]
    private static partial void LogOut(ILogger log, string zone, string why);

    [LoggerMessage(1311, LogLevel.Information, "DNS list {Zone} answers again")]
    private static partial void LogBack(ILogger log, string zone);
}
