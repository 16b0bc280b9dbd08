using System.Net.Sockets;

namespace Garita.Gateway.Wire;

/// <summary>
/// The thin stream that <see cref="System.Net.Security.SslStream"/> reads and writes, towards clients and mail servers: a non-blocking socket underneath, a zero-byte receive while idle.
/// <see cref="NetworkStream"/> is not used because it wants a blocking socket. During a client's handshake it gives its place at the
/// <see cref="HandshakeGate"/> back while it waits for the peer, so that a stalled handshake keeps nobody out.
/// </summary>
internal sealed class SocketStream(Socket socket) : Stream
{
    private ReadOnlyMemory<byte> _ahead;
    private HandshakeGate? _gate;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("a socket has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a socket has no position");
        set => throw new NotSupportedException("a socket has no position");
    }

    /// <summary>Octets that were received already and are read first.</summary>
    internal void Return(ReadOnlyMemory<byte> received) => _ahead = received;

    /// <summary>From here on the handshake computes only while it holds a place at the gate; null ends that.</summary>
    internal void Guard(HandshakeGate? gate) => _gate = gate;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_ahead.IsEmpty)
        {
            var ahead = Math.Min(_ahead.Length, buffer.Length);
            _ahead[..ahead].CopyTo(buffer);
            _ahead = _ahead[ahead..];
            return ahead;
        }

        if (buffer.IsEmpty)
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
            return 0;
        }

        var gate = _gate;
        while (true)
        {
            var count = SocketCalls.TryReceive(socket, buffer.Span);
            if (count >= 0)
                return count;

            if (gate is null)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
                continue;
            }

            gate.Leave();
            try
            {
                // The receive completes on the thread that polls all sockets: key work must not run there.
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken)
                    .AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            finally
            {
                await gate.EnterAsync();
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        SocketCalls.SendAllAsync(socket, buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is held back here.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("only asynchronous reads");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("only asynchronous writes");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a socket cannot seek");

    public override void SetLength(long value) => throw new NotSupportedException("a socket has no length");
}
