using System.Buffers.Binary;
using System.Net.Sockets;

namespace Garita.Warden.Door;

/// <summary>Who is at the other end of a unix socket, as the kernel says it (unix(7), SO_PEERCRED).</summary>
internal static class Peer
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The user's number; null when the kernel does not say.</summary>
    public static uint? User(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, little-endian on all platforms published for.
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12 ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
