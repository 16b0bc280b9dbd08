using System.Net.Sockets;
using Garita.Machine.Files;

namespace Garita.Wall.Warden;

/// <summary>The file of a unix socket that a killed process left behind.</summary>
public static class SocketFile
{
    /// <summary>Removes it where nobody listens on it any more.</summary>
    /// <param name="path">The socket.</param>
    /// <returns>False: somebody listens, or is too busy to say so.</returns>
    /// <exception cref="IOException">Something else is there, which is nobody's to remove.</exception>
    public static async Task<bool> RemoveStaleAsync(string path)
    {
        if (FileStatus.Of(path) is not { } file)
            return true;
        if (!file.IsSocket)
            throw new IOException("there is something else than a socket");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException problem) when (problem.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable))
        {
            // A queue that is full, for one: whoever does not get in does not know that nobody is there.
            return false;
        }
        catch (SocketException)
        {
            File.Delete(path);
            return true;
        }
    }
}
