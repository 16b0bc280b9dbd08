using System.Net;
using System.Net.Sockets;

namespace Garita.Demo;

/// <summary>
/// The mail server that the demo puts behind Garita: as lenient as an unpatched one. It keeps what it takes in a Maildir, and it can tell when
/// it has read everything that was sent to it, so that a verdict over what it received needs no waiting for time to pass.
/// </summary>
internal sealed class LenientMailServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<Connection> _connections = [];
    private readonly Maildir _maildir;
    private readonly Action<ReceivedMail> _received;
    private TaskCompletionSource _changed = New();
    private Task _accepting = Task.CompletedTask;

    private LenientMailServer(Maildir maildir, Action<ReceivedMail> received)
    {
        _maildir = maildir;
        _received = received;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    /// <param name="maildir">Where messages go.</param>
    /// <param name="received">Told of each message, on any thread, one at a time; must not block.</param>
    public static LenientMailServer Start(Maildir maildir, Action<ReceivedMail> received)
    {
        var server = new LenientMailServer(maildir, received);
        server._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server._listener.Listen();
        server._accepting = server.AcceptAsync();
        return server;
    }

    /// <summary>Waits until everything that was sent was read and answered.</summary>
    public async Task QuietAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_connections.All(static connection => connection.IsWaiting && connection.Socket.Available == 0))
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Task[] serving;
        lock (_lock)
        {
            foreach (var connection in _connections)
                connection.Socket.Dispose();
            serving = [.. _connections.Select(static connection => connection.Serving)];
        }

        await Task.WhenAll(serving);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new Connection(await _listener.AcceptAsync());
                lock (_lock)
                    _connections.Add(connection);
                connection.Serving = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The listener was closed: the demo ends.
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        var session = new LenientSession(Deliver);
        var buffer = new byte[16 * 1024];
        try
        {
            await connection.Socket.SendAsync(LenientSession.Greeting);
            while (!session.IsOver)
            {
                // An empty read takes nothing: from being told of input to having taken it the connection does not count as waiting.
                var readable = connection.Socket.ReceiveAsync(Memory<byte>.Empty);
                Change(() => connection.IsWaiting = true);
                await readable;
                Change(() => connection.IsWaiting = false);
                var count = connection.Socket.Receive(buffer);
                if (count == 0)
                    break;
                var answer = session.Take(buffer.AsSpan(0, count));
                if (answer.Length > 0)
                    await connection.Socket.SendAsync(answer);
            }

            connection.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or IOException or UnauthorizedAccessException)
        {
            // The client is gone, the demo ends, or the message could not be written: then it was not received.
        }
        finally
        {
            Change(() => _connections.Remove(connection));
            connection.Socket.Dispose();
        }
    }

    private void Deliver(string sender, IReadOnlyList<string> recipients, byte[] content)
    {
        lock (_lock)
            _received(new ReceivedMail(sender, recipients, content, _maildir.Write(sender, recipients, content)));
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = New();
        }

        changed.TrySetResult();
    }

    private sealed class Connection(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public bool IsWaiting { get; set; }

        public Task Serving { get; set; } = Task.CompletedTask;
    }
}
