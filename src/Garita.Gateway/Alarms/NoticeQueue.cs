using System.Threading.Channels;

namespace Garita.Gateway.Alarms;

/// <summary>Notices on one way to people, one after the other. Bounded: while the way is blocked the newest are dropped, for the first ones say what began.</summary>
internal sealed class NoticeQueue : IAsyncDisposable
{
    /// <summary>Notices that may wait.</summary>
    internal const int Most = 64;

    private readonly Channel<AlarmNotice> _notices = Channel.CreateBounded<AlarmNotice>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<AlarmNotice, CancellationToken, Task> _send;
    private readonly Task _sending;

    /// <param name="send">Sends one; does not throw but for cancellation.</param>
    internal NoticeQueue(Func<AlarmNotice, CancellationToken, Task> send)
    {
        _send = send;
        _sending = Task.Run(SendAllAsync);
    }

    /// <summary>Puts a notice into the line.</summary>
    /// <returns>False when the line is full.</returns>
    internal bool TryAdd(AlarmNotice notice) => _notices.Writer.TryWrite(notice);

    /// <summary>Ends at once: what waits is in the log already.</summary>
    public async ValueTask DisposeAsync()
    {
        _notices.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _sending;
        _stopping.Dispose();
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var notice in _notices.Reader.ReadAllAsync(_stopping.Token))
                await _send(notice, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }
}
