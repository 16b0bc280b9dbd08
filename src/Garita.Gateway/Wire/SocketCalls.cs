using System.Net.Sockets;

namespace Garita.Gateway.Wire;

/// <summary>Calls on a non-blocking socket that go straight to the kernel and only wait when it says so.</summary>
internal static class SocketCalls
{
    /// <summary>Receives what is there.</summary>
    /// <returns>Octets received, 0 at the end of the stream, -1 when there is nothing yet.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    internal static int TryReceive(Socket socket, Span<byte> buffer)
    {
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock or SocketError.IOPending or SocketError.Interrupted => -1,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>Sends what the kernel takes at once.</summary>
    /// <returns>Octets taken; fewer than given when its buffer is full.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    internal static int TrySend(Socket socket, ReadOnlySpan<byte> octets)
    {
        var sent = socket.Send(octets, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.IOPending or SocketError.Interrupted => 0,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>Sends everything; waits only when the kernel's buffer is full.</summary>
    internal static ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> octets)
    {
        var sent = TrySend(socket, octets.Span);
        return sent == octets.Length ? ValueTask.CompletedTask : SendRestAsync(socket, octets[sent..]);
    }

    private static async ValueTask SendRestAsync(Socket socket, ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var sent = await socket.SendAsync(octets, SocketFlags.None, CancellationToken.None);
            octets = octets[sent..];
        }
    }

    /// <summary>Ends a connection at once with a reset: nothing stays in the kernel for a peer that does not read.</summary>
    internal static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is already gone, which is what was wanted.
        }

        socket.Dispose();
    }
}
