using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// One SMTP or LMTP connection to a mail server: octets and replies, with one absolute deadline that <see cref="Sweep"/> enforces by
/// closing the socket under whoever waits. No timer and no cancellation source once it is open. It knows nothing of messages:
/// <see cref="BackendTransaction"/> does.
/// </summary>
internal sealed partial class BackendConnection(BackendTarget target, TimeProvider time) : IDisposable
{
    /// <summary>Under TLS a whole record must fit (RFC 8446 §5.1), so that nothing hides in the TLS layer behind a reply.</summary>
    private const int TlsInput = 16 * 1024;
    private const int ClearInput = 4 * 1024;

    private readonly ReplyReader _replies = new();
    private Socket? _socket;
    private SslStream? _tls;
    private byte[] _input = [];
    private int _start;
    private int _end;
    private long _deadline = long.MaxValue;
    private volatile bool _expired;
    private Task<int>? _idleRead;
    private TaskCompletionSource? _patience;
    private long _patienceEnd = long.MaxValue;

    /// <summary>What the last EHLO offered.</summary>
    internal ServerCapabilities Can { get; private set; }

    /// <summary>Whether it can carry a transaction.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Whether the server said that it closes (421, RFC 5321 §3.8).</summary>
    internal bool IsClosing { get; private set; }

    /// <summary>Whether the server takes it for one client's and will not hear of another: whoever came next would pass for that client.</summary>
    internal bool BelongsToClient { get; private set; }

    /// <summary>Transactions begun on it.</summary>
    internal int Transactions { get; set; }

    /// <summary>Since when it is unused.</summary>
    internal long IdleSince { get; set; }

    internal bool IsTls => _tls is not null;

    /// <summary>Sets when what follows must be done: a wait from now, and what is left of the sender's patience.</summary>
    internal void Expect(TimeSpan wait, long limit = long.MaxValue) => Volatile.Write(ref _deadline, Math.Min(time.After(wait), limit));

    /// <summary>Whether <see cref="Sweep"/> would do something.</summary>
    internal bool IsDue(long now) => now >= Volatile.Read(ref _deadline) || now >= Volatile.Read(ref _patienceEnd);

    /// <summary>Ends it when its deadline has passed, and the patience of who waits for the final answer.</summary>
    internal void Sweep(long now)
    {
        if (now >= Volatile.Read(ref _patienceEnd))
        {
            Volatile.Write(ref _patienceEnd, long.MaxValue);
            _patience?.TrySetResult();
        }
        if (now < Volatile.Read(ref _deadline))
            return;
        Volatile.Write(ref _deadline, long.MaxValue);
        _expired = true;
        Abort();
    }

    /// <summary>Completes when the sender's patience ends; the connection goes on.</summary>
    internal Task WaitPatience(long until)
    {
        // Not inline: the heartbeat has others to look after.
        _patience = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _patienceEnd, until);
        return _patience.Task;
    }

    internal void EndPatience()
    {
        Volatile.Write(ref _patienceEnd, long.MaxValue);
        _patience = null;
    }

    /// <summary>Sends everything.</summary>
    /// <exception cref="BackendException">The connection is gone, or the other side spoke when nothing was due.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> octets)
    {
        // What is left over behind the last reply would be taken for the answer to this (RFC 2920 §3.1 counts answers).
        if (_start != _end)
            throw new BackendException(BackendFault.Garbage, "it answered more than it was asked");
        try
        {
            if (_tls is not null)
            {
                await _tls.WriteAsync(octets);
                return;
            }
            while (!octets.IsEmpty)
                octets = octets[await _socket!.SendAsync(octets, SocketFlags.None)..];
        }
        catch (Exception e) when (IsGone(e))
        {
            throw Gone(e);
        }
    }

    /// <summary>Makes sure that the other side has said nothing yet. Called before the final dot, whose answer decides.</summary>
    /// <exception cref="BackendException">It has.</exception>
    internal void EnsureSilent()
    {
        try
        {
            if (_start == _end && (_tls is not null || _socket!.Available == 0))
                return;
        }
        catch (Exception e) when (IsGone(e))
        {
            throw Gone(e);
        }
        throw new BackendException(BackendFault.Garbage, "it answered before the message was complete");
    }

    /// <summary>The next reply.</summary>
    /// <exception cref="BackendException">None came in time, or what came is none.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<ServerReply> ReadReplyAsync()
    {
        while (true)
        {
            if (_start < _end)
            {
                var status = _replies.Read(_input.AsSpan(_start, _end - _start), out var consumed);
                _start += consumed;
                if (status == ReplyStatus.Reply)
                {
                    IsClosing |= _replies.Reply!.Code == 421;
                    return _replies.Reply;
                }
                if (status != ReplyStatus.Incomplete)
                    throw new BackendException(BackendFault.Garbage, "its answer is no SMTP reply");
            }
            _start = 0;
            _end = 0;
            _end = await ReceiveAsync();
            if (_end == 0)
                throw new BackendException(BackendFault.Lost, "it closed the connection");
        }
    }

    /// <summary>Begins to watch an unused connection.</summary>
    internal void Rest()
    {
        Volatile.Write(ref _deadline, long.MaxValue);
        IdleSince = time.GetTimestamp();
        // Under TLS only the TLS layer knows whether there is something; session tickets are nothing. The next reply takes this read over.
        if (_tls is not null)
            _idleRead ??= _tls.ReadAsync(Memory<byte>.Empty).AsTask();
    }

    /// <summary>Whether an unused connection is still open and the other side kept quiet. One system call.</summary>
    internal bool IsQuiet()
    {
        if (_start != _end || IsClosing || !IsOpen)
            return false;
        if (_idleRead is not null)
            return !_idleRead.IsCompleted;
        try
        {
            return !_socket!.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (IsGone(e))
        {
            return false;
        }
    }

    /// <summary>Ends it at once; nothing stays in the kernel for a server that does not read.</summary>
    internal void Abort()
    {
        try
        {
            _dialling?.Cancel();
            if (_socket is { } socket)
            {
                socket.LingerState = new LingerOption(enable: true, 0);
                socket.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is what was wanted.
        }
    }

    public void Dispose()
    {
        IsOpen = false;
        _socket?.Dispose();
        _tls?.Dispose();
        if (_input.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_input);
            _input = [];
        }
        _start = 0;
        _end = 0;
    }

    private async ValueTask<int> ReceiveAsync()
    {
        try
        {
            if (_tls is null)
                return await _socket!.ReceiveAsync(_input.AsMemory(), SocketFlags.None);
            if (_idleRead is { } idle)
            {
                await idle;
                _idleRead = null;
            }
            return await _tls.ReadAsync(_input.AsMemory());
        }
        catch (Exception e) when (IsGone(e))
        {
            throw Gone(e);
        }
    }

    private static bool IsGone(Exception e) =>
        e is SocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or AuthenticationException;

    private BackendException Gone(Exception cause) => _expired
        ? new BackendException(BackendFault.TimedOut, "it did not answer in time", cause)
        : new BackendException(BackendFault.Lost, "the connection was lost", cause);
}
