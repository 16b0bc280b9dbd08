using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Relay;

/// <summary>Folders whose names are to outlive a power cut: .NET opens no folders, so that their fsync(2) is called here.</summary>
public static class DurableFolder
{
    // open(2), the same on all platforms published for: O_RDONLY | O_CLOEXEC.
    private const int ReadOnlyCloseOnExec = 0x80000;

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
        using var folder = Open([.. Encoding.UTF8.GetBytes(path), 0], ReadOnlyCloseOnExec);
        if (folder.IsInvalid)
            throw new IOException($"{path} cannot be opened (errno {Marshal.GetLastPInvokeError()})");
        if (Sync(folder) != 0)
            throw new IOException($"{path} cannot be written to the disk (errno {Marshal.GetLastPInvokeError()})");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle file);
}
