using Garita.Warden.Bans;

namespace Garita.Warden.Service;

/// <summary>The heartbeat, and the watchdog's food: fed only while beats end.</summary>
internal sealed class Beats : IDisposable
{
    private readonly Keeper _keeper;
    private readonly ServiceNotice _notice;
    private readonly TimeProvider _time;
    private readonly Journal _journal;
    private readonly TimeSpan? _pause;
    private readonly ITimer _timer;
    private int _isBeating;
    private long _fedAt;

    /// <param name="keeper">Whose heart beats.</param>
    /// <param name="notice">Who is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="journal">The log.</param>
    /// <param name="pause">Between two meals of the watchdog; null for none.</param>
    public Beats(Keeper keeper, ServiceNotice notice, TimeProvider time, Journal journal, TimeSpan? pause)
    {
        _keeper = keeper;
        _notice = notice;
        _time = time;
        _journal = journal;
        _pause = pause;
        _timer = time.CreateTimer(static self => ((Beats)self!).Beat(), this, Keeper.LookEvery, Keeper.LookEvery);
    }

    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        // A beat that is late is not followed by two at once.
        if (Interlocked.Exchange(ref _isBeating, 1) != 0)
            return;
        try
        {
            _keeper.Beat();
            if (_pause is { } pause && (_fedAt == 0 || _time.GetElapsedTime(_fedAt) >= pause - Keeper.LookEvery))
            {
                _fedAt = _time.GetTimestamp();
                _notice.Alive();
            }
        }
        catch (Exception failure)
        {
            _journal.Say(JournalLevel.Error, $"a heartbeat failed: {failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            Volatile.Write(ref _isBeating, 0);
        }
    }
}
