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

    private readonly Lock gate = new();
    private int failures;
    private TimeSpan pause;
    private long openedAt;
    private TimeSpan openFor;
    private bool probing;

    /// <summary>True while an attempt would be turned away; asking takes no probe.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return pause > TimeSpan.Zero && (probing || !PauseIsOver());
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
        lock (gate)
        {
            if (pause == TimeSpan.Zero)
            {
                return true;
            }

            if (probing || !PauseIsOver())
            {
                return false;
            }

            probing = true;
            return true;
        }
    }

    /// <summary>The backend greeted and answered: closes the breaker.</summary>
    public void Succeeded()
    {
        lock (gate)
        {
            failures = 0;
            pause = TimeSpan.Zero;
            probing = false;
        }
    }

    /// <summary>The attempt ended without telling anything about the backend, as when its client went away.</summary>
    public void Abandoned()
    {
        lock (gate)
        {
            probing = false;
        }
    }

    /// <summary>Connect, TLS, greeting or an answer in time failed.</summary>
    public void Failed()
    {
        lock (gate)
        {
            if (pause > TimeSpan.Zero)
            {
                // Attempts begun before it opened end late; only the probe may lengthen the pause.
                if (probing)
                {
                    Open(pause * 2);
                }

                return;
            }

            failures++;
            if (failures >= FailuresToOpen)
            {
                Open(FirstPause);
            }
        }
    }

    private bool PauseIsOver() => time.GetElapsedTime(openedAt) >= openFor;

    private void Open(TimeSpan length)
    {
        pause = length < LongestPause ? length : LongestPause;
        openFor = pause * (1 + (random.NextDouble() * 0.1));
        openedAt = time.GetTimestamp();
        probing = false;
    }
}
