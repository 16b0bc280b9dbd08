namespace Garita.Gateway.Evidence.Dns;

/// <summary>
/// Notices that the resolvers are down, so that no session waits for them: after 5 look-ups in a row without any answer, all fail at once for 10 s.
/// Only silence counts. A SERVFAIL is an answer, else whoever owns a broken zone could switch the DNS rules off for everybody;
/// for the same reason the root is asked before the breaker opens, as a zone whose servers are silent looks like a resolver that is.
/// </summary>
internal sealed class DnsBreaker(TimeProvider time)
{
    /// <summary>Silent look-ups in a row that open it.</summary>
    internal const int Failures = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long _openUntil;
    private int _inRow;
    private int _probing;

    /// <summary>Whether look-ups fail at once.</summary>
    internal bool IsOpen => Volatile.Read(ref _openUntil) is var until and not 0 && time.GetTimestamp() < until;

    internal void Answered()
    {
        if (Volatile.Read(ref _inRow) != 0)
            Volatile.Write(ref _inRow, 0);
    }

    /// <summary>Counts a look-up without answer.</summary>
    /// <param name="isAlive">Asks something every resolver knows.</param>
    internal async Task SilentAsync(Func<Task<bool>> isAlive)
    {
        if (Interlocked.Increment(ref _inRow) < Failures || Interlocked.Exchange(ref _probing, 1) != 0)
            return;
        try
        {
            if (!await isAlive().ConfigureAwait(false))
                Volatile.Write(ref _openUntil, time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency));
            Volatile.Write(ref _inRow, 0);
        }
        finally
        {
            Volatile.Write(ref _probing, 0);
        }
    }
}
