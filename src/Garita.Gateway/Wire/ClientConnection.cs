using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Garita.Gateway.Wire;

/// <summary>
/// A client's connection: a non-blocking socket, in clear text or under TLS. It holds no buffer, no timer and no cancellation source;
/// its deadline is a number that the heartbeat looks at, and ending it is closing the socket under whoever waits on it.
/// Kestrel's transport and its pipes were rejected: twice the memory, and a flush there ends at the pipe and not at the kernel.
/// </summary>
internal sealed class ClientConnection(Socket socket, IPAddress address, int port)
{
    private SslStream? _tls;
    private ReadOnlyMemory<byte> _ahead;

    /// <summary>The client, as PROXY said where it did.</summary>
    internal IPAddress Address { get; private set; } = address;

    /// <summary>The client's port.</summary>
    internal int Port { get; private set; } = port;

    /// <summary>Whether a PROXY header said who the client is.</summary>
    internal bool IsAnnounced { get; private set; }

    /// <summary>Whether TLS protects it.</summary>
    internal bool IsTls => _tls is not null;

    /// <summary>Protocol and cipher suite for the record, or null.</summary>
    internal string? TlsText => _tls is null ? null : $"{TlsVersion(_tls.SslProtocol)} {_tls.NegotiatedCipherSuite}";

    /// <summary>Our own end.</summary>
    internal IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Takes the client's address from a PROXY header.</summary>
    internal void Become(IPAddress client, int clientPort)
    {
        Address = client;
        Port = clientPort;
        IsAnnounced = true;
    }

    /// <summary>Gives octets back that belong to the TLS handshake: the beginning of one that came with a PROXY header.</summary>
    internal void Return(ReadOnlySpan<byte> received) => _ahead = received.ToArray();

    /// <summary>Whether octets wait in the kernel.</summary>
    internal bool HasInput => socket.Available > 0;

    /// <summary>Whether the client has closed or is lost, as far as the kernel knows.</summary>
    internal bool IsGone
    {
        get
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Looks at waiting octets without taking them. Clear text only.</summary>
    internal int Peek(Span<byte> buffer)
    {
        var count = socket.Receive(buffer, SocketFlags.Peek, out var error);
        return error == SocketError.Success ? count : 0;
    }

    /// <summary>Waits until there is something to receive; holds no buffer meanwhile.</summary>
    internal async ValueTask WaitReadableAsync()
    {
        if (_tls is null)
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
        else
            _ = await _tls.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
    }

    /// <summary>Receives what is there now; in clear text without waiting.</summary>
    /// <returns>Octets, 0 at the end, -1 for nothing yet (clear text only).</returns>
    internal ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        _tls is null ? ValueTask.FromResult(SocketCalls.TryReceive(socket, buffer.Span)) : _tls.ReadAsync(buffer, CancellationToken.None);

    /// <summary>Sends everything.</summary>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> octets) =>
        _tls is null ? SocketCalls.SendAllAsync(socket, octets) : _tls.WriteAsync(octets, CancellationToken.None);

    /// <summary>Becomes TLS (RFC 3207 §4, RFC 8314 §3). The caller has made sure that no clear text is left over.</summary>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    internal Task StartTlsAsync(SslServerAuthenticationOptions options, HandshakeGate gate) =>
        HandshakeAsync(tls => tls.AuthenticateAsServerAsync(options, CancellationToken.None), gate);

    /// <summary>The same, with options chosen by the client's hello.</summary>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    internal Task StartTlsAsync(ServerOptionsSelectionCallback choose, HandshakeGate gate) =>
        HandshakeAsync(tls => tls.AuthenticateAsServerAsync(choose, null, CancellationToken.None), gate);

    private async Task HandshakeAsync(Func<SslStream, Task> handshake, HandshakeGate gate)
    {
        var stream = new SocketStream(socket);
        stream.Return(_ahead);
        _ahead = default;
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        // Key work never runs on the thread that polls all sockets.
        await gate.EnterAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            stream.Guard(gate);
            await handshake(tls);
        }
        finally
        {
            stream.Guard(null);
            gate.Leave();
        }

        _tls = tls;
    }

    /// <summary>Says that nothing more comes from us; input can still be drained.</summary>
    internal async ValueTask ShutSendingAsync()
    {
        if (_tls is not null)
            await _tls.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Sends a last line as far as the kernel takes it at once, and shuts the sending side. For the heartbeat: never waits.</summary>
    internal void SayFarewell(ReadOnlyMemory<byte> line)
    {
        try
        {
            if (_tls is null)
            {
                _ = SocketCalls.TrySend(socket, line.Span);
                socket.Shutdown(SocketShutdown.Send);
                return;
            }

            _ = FarewellUnderTlsAsync(line);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            socket.Dispose();
        }
    }

    /// <summary>
    /// Says a last line as far as the kernel takes it at once, and ends the connection for its session, which then closes it without draining:
    /// for connections that must make room. Shut, whoever waits on it sees its end; disposed, he would get an exception through all his frames,
    /// and in a flood sessions would end more slowly than newcomers come.
    /// </summary>
    internal void Dismiss(ReadOnlyMemory<byte> line)
    {
        try
        {
            if (_tls is null)
            {
                _ = SocketCalls.TrySend(socket, line.Span);
                socket.Shutdown(SocketShutdown.Both);
                return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone, which is what is wanted.
        }

        socket.Dispose();
    }

    private async Task FarewellUnderTlsAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await _tls!.WriteAsync(line);
            await ShutSendingAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            socket.Dispose();
        }
    }

    /// <summary>Ends it at once with a reset.</summary>
    internal void Abort() => SocketCalls.Abort(socket);

    /// <summary>Ends it.</summary>
    internal void Close()
    {
        socket.Dispose();
        _tls?.Dispose();
    }

    private static string TlsVersion(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS1.2",
        SslProtocols.Tls13 => "TLS1.3",
        _ => protocol.ToString(),
    };
}
