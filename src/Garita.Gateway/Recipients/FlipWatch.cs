namespace Garita.Gateway.Recipients;

/// <summary>
/// Notices a mail server that has gone mad: more than 5 % of the addresses its tenant's source knows were refused as unknown within 10 min
/// (a directory that was not mounted, a restore that went wrong). Believing it would turn mail of real people away for good,
/// so the tenant is frozen until 10 min after the last such refusal: 451. Fewer than 5 refusals prove nothing, whatever the share.
/// </summary>
internal sealed class FlipWatch(TimeProvider time)
{
    private const double Share = 0.05;
    private const int Least = 5;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Queue<long> _flips = new();
    private long _frozenUntil;

    internal bool IsFrozen => Volatile.Read(ref _frozenUntil) is var until and not 0 && time.GetTimestamp() < until;

    /// <summary>Counts a known address that was refused as unknown for the first time.</summary>
    /// <param name="known">Addresses the source knows.</param>
    /// <returns>Whether this one froze the tenant.</returns>
    internal bool Flipped(int known)
    {
        var now = time.GetTimestamp();
        var window = (long)(Window.TotalSeconds * time.TimestampFrequency);
        lock (_lock)
        {
            var wasFrozen = IsFrozen;
            _flips.Enqueue(now);
            while (_flips.Peek() <= now - window)
                _flips.Dequeue();
            if (!wasFrozen && (_flips.Count < Least || _flips.Count <= known * Share))
                return false;
            // What was counted has done its work; the next freeze needs as many anew.
            _flips.Clear();
            Volatile.Write(ref _frozenUntil, now + window);
            return !wasFrozen;
        }
    }
}
