using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Garita.Control;

/// <summary>Who is at the other end of a unix socket, as the kernel says it (unix(7), SO_PEERCRED).</summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary><c>anna (1000)</c>; <c>(1000)</c> where the user has no name in /etc/passwd.</summary>
    public static string Describe(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; } in the machine's byte order, little-endian on all platforms published for.
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) < 12)
                return "unknown";
        }
        catch (SocketException)
        {
            return "unknown";
        }

        var uid = BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
        return string.Create(CultureInfo.InvariantCulture, $"{UserName(uid)}({uid})");
    }

    /// <summary>Name and a space, or nothing. Users of LDAP or NIS are not in the file: their number is enough.</summary>
    private static string UserName(uint uid)
    {
        try
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
            {
                // passwd(5): name:password:uid:…
                if (line.Split(':') is [var name, _, var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var found) && found == uid)
                    return name + " ";
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }

        return "";
    }
}
