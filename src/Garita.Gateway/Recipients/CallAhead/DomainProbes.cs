namespace Garita.Gateway.Recipients.CallAhead;

/// <summary>
/// What is kept for one domain: how many probes it may have now, and whether its mail server takes every name. Not thread-safe.
/// </summary>
internal sealed class DomainProbes(TimeProvider time)
{
    /// <summary>Probes a second; one who tries out names gets 451 beyond that, and the mail server has its peace.</summary>
    internal const int PerSecond = 2;

    private double _left = PerSecond;
    private long _since = time.GetTimestamp();
    private bool _isAsking;
    private bool _isCatchAll;
    private long _until;

    /// <summary>Whether the mail server is known to take every name.</summary>
    internal bool IsCatchAll => _isCatchAll && time.GetTimestamp() < _until;

    /// <summary>Takes the right to one probe.</summary>
    internal bool TryProbe()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(PerSecond, _left + (PerSecond * (double)(now - _since) / time.TimestampFrequency));
        _since = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }

    /// <summary>Whether it is time to ask for a name that cannot exist; who is told yes must report.</summary>
    internal bool TryAskCatchAll()
    {
        if (_isAsking || time.GetTimestamp() < _until)
            return false;
        _isAsking = true;
        return true;
    }

    /// <summary>Takes note of what the mail server said to a name that cannot exist.</summary>
    /// <returns>Whether it is a catch-all and was not known as one.</returns>
    internal bool Answered(ProbeAnswer answer, TimeSpan life)
    {
        _isAsking = false;
        if (answer == ProbeAnswer.CannotTell)
            return false;
        var isNew = answer == ProbeAnswer.Yes && !_isCatchAll;
        _isCatchAll = answer == ProbeAnswer.Yes;
        _until = time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency);
        return isNew;
    }
}
