using System.Net;
using System.Net.Sockets;

namespace Garita.Demo;

/// <summary>
/// A UDP port of 127.0.0.1 where nobody answers and nobody else can: queries to it fail at once. The demo's DNS: nothing is asked outside,
/// rules that need DNS abstain. A socket that is connected to itself takes datagrams from no other, so the kernel refuses those.
/// </summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public ClosedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Connect(_socket.LocalEndPoint!);
    }

    /// <summary>The address.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
