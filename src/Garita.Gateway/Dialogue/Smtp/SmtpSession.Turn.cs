using System.Buffers;

namespace Garita.Gateway.Dialogue.Smtp;

/// <content>
/// Whose turn it is. A session works, waits for its client, or was ended by the heartbeat; one compare-and-swap decides who writes the last
/// line to a client that waits. While the session works, the heartbeat can only cut the connection.
/// </content>
internal sealed partial class SmtpSession
{
    private const int Working = 0;
    private const int Waiting = 1;
    private const int Ended = 2;

    /// <summary>After a refusal that closes, this much input is thrown away so that no reset eats the reply.</summary>
    private const int DrainOctets = 256 * 1024;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private int _turn;
    private long _deadline;
    private bool _closing;
    private bool _saidFarewell;
    private TaskCompletionSource? _slowed;
    private long _wakeAt;

    internal bool IsClosing => _closing;

    /// <summary>Whether only QUIT is answered: a health check by PROXY LOCAL or UNKNOWN.</summary>
    internal bool OnlyQuit { get; set; }

    internal void CloseAfterReply() => _closing = true;

    internal void SetDeadline(TimeSpan span) => Volatile.Write(ref _deadline, House.In(span));

    internal void SetDeadlineAt(long timestamp) => Volatile.Write(ref _deadline, timestamp);

    internal void ClearDeadline() => Volatile.Write(ref _deadline, 0);

    private bool BeginWaiting()
    {
        if (Interlocked.CompareExchange(ref _turn, Waiting, Working) == Working)
            return true;
        if (Volatile.Read(ref _leaveWith) is { } farewell)
            Connection.Dismiss(farewell);
        return false;
    }

    private bool EndWaiting() => Interlocked.CompareExchange(ref _turn, Working, Waiting) == Waiting;

    /// <inheritdoc/>
    public void Beat(long now)
    {
        if (now >= Volatile.Read(ref _wakeAt))
            Wake();
        LeaveNow(now);

        var deadline = Volatile.Read(ref _deadline);
        var since = Volatile.Read(ref _patienceSince);
        if ((deadline != 0 && now >= deadline) || (since != 0 && now - since >= House.Reception.PatienceFor(IsTrusted)))
            CutSlow();
    }

    /// <summary>Ends it from outside: with a last line where the client waits for us to speak, else at once.</summary>
    internal void Cut(byte[] farewell)
    {
        Volatile.Write(ref _patienceSince, 0);
        if (Interlocked.CompareExchange(ref _turn, Ended, Waiting) != Waiting)
        {
            Connection.Abort();
            return;
        }

        SetDeadline(DrainTimeout);
        Connection.SayFarewell(farewell);
    }

    /// <summary>Ends it from outside if it waits for a command; one that is in DATA or works goes on.</summary>
    internal void StopIfIdle(byte[] farewell)
    {
        if (State is not Protocols.Smtp.SessionState.Data && Volatile.Read(ref _turn) == Waiting)
            Cut(farewell);
    }

    /// <summary>Holds the answers of a client that makes many errors or harvests back; costs nothing but its slot.</summary>
    internal Task SlowAsync(TimeSpan span)
    {
        Volatile.Write(ref _wakeAt, House.In(span));
        var slowed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _slowed = slowed;
        return slowed.Task;
    }

    private void Wake() => Interlocked.Exchange(ref _slowed, null)?.TrySetResult();

    private async ValueTask CloseAsync()
    {
        await FlushAsync();
        if (!_closing || _saidFarewell)
            return;
        // Refused: shut, drain, close. Otherwise a reset eats the reply and the sender retries for days.
        await Connection.ShutSendingAsync();
        SetDeadline(DrainTimeout);
        await DrainAsync();
    }

    private async ValueTask DrainAsync()
    {
        var scratch = _input ??= ArrayPool<byte>.Shared.Rent(InputSize);
        for (var drained = 0; drained < DrainOctets;)
        {
            await Connection.WaitReadableAsync();
            var count = await Connection.ReceiveAsync(scratch);
            if (count == 0)
                return;
            drained += Math.Max(0, count);
        }

        Connection.Abort();
    }

    private void End()
    {
        ClearDeadline();
        EndPatience();
        House.Reception.Order.Leave(this);
        if (Envelope is not null)
            EndTransaction("aborted", 0);
        Lose();
        RecordSession();
        _replies.Clear();
        if (_input is not null)
            ArrayPool<byte>.Shared.Return(_input);
        _input = null;
        Connection.Close();
        if (_hasTlsPlace)
            House.TlsPlaces.Leave();
        House.Sessions.Remove(this);
        LeavePlace();
    }
}
