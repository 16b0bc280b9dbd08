using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Garita.Machine.Files;

/// <summary>Folders whose names are to outlive a power cut: .NET opens no folders, so that their fsync(2) is called here.</summary>
public static class DurableFolder
{
    /// <summary>Makes a folder (0700) unless it is there, and puts its name on the disk.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">It cannot be made, or not be put on the disk.</exception>
    /// <exception cref="UnauthorizedAccessException">Others own the place.</exception>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Waits until a folder's names are on the disk.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">They cannot be put there.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = Libc.Open(Libc.Octets(path), Libc.ReadOnly | Libc.CloseOnExec);
        Flush(folder, path);
    }

    /// <summary>Waits until the names of a folder that may be open as a path only are on the disk.</summary>
    internal static void FlushOpen(SafeFileHandle folder, string path)
    {
        using var open = Libc.OpenAt(folder, Libc.Octets("."), Libc.ReadOnly | Libc.Folder | Libc.CloseOnExec, 0);
        Flush(open, path);
    }

    private static void Flush(SafeFileHandle folder, string path)
    {
        if (folder.IsInvalid)
            throw new IOException($"{path} cannot be opened (errno {Marshal.GetLastPInvokeError()})");
        if (Libc.Sync(folder) != 0)
            throw new IOException($"{path} cannot be written to the disk (errno {Marshal.GetLastPInvokeError()})");
    }
}
