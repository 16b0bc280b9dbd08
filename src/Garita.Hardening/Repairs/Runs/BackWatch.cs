namespace Garita.Hardening.Repairs.Runs;

/// <summary>How a timed run ended.</summary>
public enum BackWatchEnd
{
    /// <summary>Somebody confirmed it, or it is gone or undone already.</summary>
    Stays,

    /// <summary>It was put back.</summary>
    PutBack,
}

/// <summary>
/// Waits until a run was to be confirmed, then puts it back. The time counts from the end of the run, and from now when the run does not come to an
/// end: one whose process is gone is put back all the same.
/// </summary>
/// <param name="log">All runs.</param>
/// <param name="time">The clock.</param>
public sealed class BackWatch(RunLog log, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Waits and puts back.</summary>
    /// <param name="id">The run.</param>
    /// <param name="after">How long it may be confirmed.</param>
    /// <param name="putBack">Puts it back; the lock is held.</param>
    public async Task<BackWatchEnd> WaitAsync(string id, TimeSpan after, Action<RunFolder> putBack)
    {
        if (log.Find(id) is not { } run)
            return BackWatchEnd.Stays;
        run.Watch();
        for (; ; )
        {
            var wasFinished = run.IsFinished;
            await Task.Delay(after, time);
            IDisposable? taken;
            while ((taken = log.TryLock()) is null)
            {
                // At work still. Each program that a run starts has its time, so that this ends.
                if (log.Find(id) is not { IsConfirmed: false })
                    return BackWatchEnd.Stays;
                await Task.Delay(LookAgain, time);
            }

            using (taken)
            {
                if (log.Find(id) is not { IsConfirmed: false, Manifest.State: not RunState.Undone } now)
                    return BackWatchEnd.Stays;
                if (now.IsFinished && !wasFinished)
                {
                    run = now;
                    continue;
                }

                putBack(now);
                return BackWatchEnd.PutBack;
            }
        }
    }
}
