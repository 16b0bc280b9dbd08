using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Garita.Machine.Files;

/// <summary>Gives files to others: .NET cannot.</summary>
[UnsupportedOSPlatform("windows")]
public static class FileOwner
{
    /// <summary>Gives a file to a group; it keeps its owner.</summary>
    /// <param name="path">The file.</param>
    /// <param name="group">The group.</param>
    /// <exception cref="IOException">That is not allowed.</exception>
    public static void GiveToGroup(string path, uint group) => Give(path, uint.MaxValue, group);

    /// <summary>Gives a file the owner, the group and the permissions of another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="like">The other one; nothing is done where there is none.</param>
    /// <exception cref="IOException">That is not allowed.</exception>
    public static void GiveLike(string path, string like)
    {
        if (FileStatus.Of(like, follow: true) is not { } other)
            return;
        // Only root can give files away; what others write stays theirs. The owner first: a change of it takes set-id bits away.
        if (Environment.IsPrivilegedProcess && FileStatus.Of(path, follow: true) is { } now && (now.User != other.User || now.Group != other.Group))
            Give(path, other.User, other.Group);
        File.SetUnixFileMode(path, other.Mode);
    }

    private static void Give(string path, uint user, uint group)
    {
        if (Libc.ChangeOwner(Libc.Octets(path), user, group) != 0)
            throw new IOException($"{path} cannot be given to another: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
