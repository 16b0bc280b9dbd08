using System.Net.Sockets;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>An engine said something that makes no sense, or closed in the middle.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Without a message.</summary>
    public EngineException()
    {
    }

    /// <summary>With a message.</summary>
    /// <param name="message">Our own words.</param>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    /// <param name="message">Our own words.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A connection to an engine for one scan: what is sent is streamed, what comes back is bounded.</summary>
internal sealed class EngineConnection : IDisposable
{
    /// <summary>Octets of an answer.</summary>
    internal const int MostAnswer = 64 * 1024;

    private readonly NetworkStream _stream;

    private EngineConnection(NetworkStream stream) => _stream = stream;

    internal static async Task<EngineConnection> OpenAsync(BackendAddress address, CancellationToken deadline) => new(await ConnectAsync(address, deadline).ConfigureAwait(false));

    /// <summary>A connected stream that owns its socket.</summary>
    internal static async ValueTask<NetworkStream> ConnectAsync(BackendAddress address, CancellationToken deadline)
    {
        var socket = address.IsUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (address.IsUnix)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Host), deadline).ConfigureAwait(false);
            else
                await socket.ConnectAsync(address.Host, address.Port, deadline).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal ValueTask SendAsync(string text, CancellationToken deadline) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text), deadline);

    /// <summary>Sends octets.</summary>
    /// <returns>False where the engine takes no more: what it said before it closed can still be read.</returns>
    internal async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> octets, CancellationToken deadline)
    {
        // An answer before the end of the message is its answer: clamd speaks and closes when its limit is reached.
        if (HasAnswer)
            return false;
        try
        {
            await _stream.WriteAsync(octets, deadline).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Says that no more comes.</summary>
    internal void EndSending() => _stream.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Whether the engine has spoken, or closed, before all was sent: what it says then is its answer.</summary>
    private bool HasAnswer => _stream.Socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Reads until the engine closes, or until what came is whole.</summary>
    /// <param name="isWhole">Whether this is all of the answer.</param>
    /// <param name="deadline">Ends it.</param>
    /// <exception cref="EngineException">Too long an answer.</exception>
    internal async Task<string> ReadAsync(Func<string, bool> isWhole, CancellationToken deadline)
    {
        var buffer = new byte[4096];
        var answer = new StringBuilder();
        while (true)
        {
            var read = await _stream.ReadAsync(buffer, deadline).ConfigureAwait(false);
            if (read == 0)
                return answer.ToString();
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (answer.Length > MostAnswer)
                throw new EngineException("its answer is too long");
            var text = answer.ToString();
            if (isWhole(text))
                return text;
        }
    }

    public void Dispose() => _stream.Dispose();
}
