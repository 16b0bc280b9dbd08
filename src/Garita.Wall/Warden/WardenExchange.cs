using System.Net.Sockets;

namespace Garita.Wall.Warden;

/// <summary>One side of a connection between gateway and warden: frames out and in, one at a time.</summary>
/// <param name="socket">The connection; disposed of with this.</param>
/// <param name="time">The clock.</param>
public sealed class WardenExchange(Socket socket, TimeProvider time) : IDisposable
{
    /// <summary>A frame that was begun, or an answer, must be there within this time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    private readonly byte[] _in = new byte[WardenProtocol.MaxFrame];
    private readonly byte[] _out = new byte[WardenProtocol.MaxFrame];
    private int _filled;

    /// <summary>Connects to a warden.</summary>
    /// <param name="path">Its socket.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the try.</param>
    /// <exception cref="SocketException">Nobody is there.</exception>
    public static async Task<WardenExchange> ConnectAsync(string path, TimeProvider time, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new WardenExchange(socket, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and takes its answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="IOException">No answer came in time, or none that can be read, or a refusal.</exception>
    public async Task<WardenMessage> AskAsync(WardenMessage command, CancellationToken stop)
    {
        try
        {
            await SendAsync(command, stop);
        }
        catch (SocketException)
        {
            // Ended by the other side, which may have said why.
        }

        var answer = await WithinAsync(ReadAsync, stop) ?? throw new IOException("the warden ended the connection");
        return answer is RefusalAnswer refusal ? throw new IOException("the warden refuses: " + refusal.Text) : answer;
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="IOException">The other side does not read.</exception>
    public async Task SendAsync(WardenMessage message, CancellationToken stop)
    {
        var octets = _out.AsMemory(0, WardenWriter.Write(_out, message));
        await WithinAsync(async token =>
        {
            while (!octets.IsEmpty)
                octets = octets[await socket.SendAsync(octets, SocketFlags.None, token)..];
            return 0;
        }, stop);
    }

    /// <summary>Takes the next message, however long it does not begin; once begun, it must end in time.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The message; null when the other side has ended the connection.</returns>
    /// <exception cref="IOException">It did not end in time.</exception>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public async Task<WardenMessage?> ReceiveAsync(CancellationToken stop)
    {
        if (_filled == 0)
        {
            _filled = await socket.ReceiveAsync(_in.AsMemory(), SocketFlags.None, stop);
            if (_filled == 0)
                return null;
        }

        return await WithinAsync(ReadAsync, stop);
    }

    /// <summary>Says the last word, and waits a moment for the other side to end: what it has sent meanwhile would else take the word from it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task EndWithAsync(WardenMessage message, CancellationToken stop)
    {
        using var moment = new CancellationTokenSource(LastMoment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, stop);
        try
        {
            await SendAsync(message, either.Token);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(_in.AsMemory(), SocketFlags.None, either.Token) > 0)
                _filled = 0;
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It does not want to know.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task<WardenMessage?> ReadAsync(CancellationToken stop)
    {
        while (true)
        {
            switch (WardenReader.Read(_in.AsSpan(0, _filled), out var message, out var consumed))
            {
                case FrameStatus.Message:
                    _in.AsSpan(consumed, _filled - consumed).CopyTo(_in);
                    _filled -= consumed;
                    return message;
                case FrameStatus.Malformed:
                    throw new InvalidDataException($"expected a frame of version {WardenProtocol.Version}; gateway and warden must be of the same release");
                default:
                    var count = await socket.ReceiveAsync(_in.AsMemory(_filled), SocketFlags.None, stop);
                    if (count == 0)
                        return _filled == 0 ? null : throw new IOException("the connection ended within a frame");
                    _filled += count;
                    break;
            }
        }
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new IOException("the other side did not answer within 10 s", late);
        }
    }
}
