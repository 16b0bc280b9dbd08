using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Garita.Wall.Warden;

/// <summary>The file of a unix socket that a killed process left behind.</summary>
public static class SocketFile
{
    // statx(2): the same layout on all platforms published for, little-endian.
    private const int CurrentFolder = -100;
    private const int NotFollowing = 0x100;
    private const uint WantsKind = 1;
    private const int ModeOffset = 28;
    private const int KindMask = 0xf000;
    private const int SocketKind = 0xc000;

    /// <summary>Removes it where nobody listens on it any more.</summary>
    /// <param name="path">The socket.</param>
    /// <returns>False: somebody listens, or is too busy to say so.</returns>
    /// <exception cref="IOException">Something else is there, which is nobody's to remove.</exception>
    public static async Task<bool> RemoveStaleAsync(string path)
    {
        if (Kind(path) is not { } kind)
            return true;
        if (kind != SocketKind)
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

    private static int? Kind(string path)
    {
        var facts = new byte[256];
        return Statx(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NotFollowing, WantsKind, facts) == 0 ? MemoryMarshal.Read<ushort>(facts.AsSpan(ModeOffset)) & KindMask : null;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] facts);
}
