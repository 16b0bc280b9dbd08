using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>The single steps by which messages get to the disk, so that tests can stop at each. All throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
internal interface IQuarantineDisk
{
    /// <summary>Makes a folder (0700) unless it is there, and puts its name on the disk.</summary>
    void MakeFolder(string path);

    /// <summary>Makes a file (0600) that must not be there.</summary>
    SafeFileHandle Create(string path);

    /// <summary>Writes octets at a place.</summary>
    ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> octets, long offset);

    /// <summary>Waits until a file's octets are on the disk.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>Gives a file another name, in place of one that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing where there is none.</summary>
    void Delete(string path);

    /// <summary>Waits until a folder's names are on the disk.</summary>
    void FlushFolder(string path);
}

/// <summary>The disk itself.</summary>
internal sealed class QuarantineDisk : IQuarantineDisk
{
    // open(2), the same on all platforms published for: O_RDONLY | O_CLOEXEC.
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <inheritdoc/>
    public void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public SafeFileHandle Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // File.OpenHandle takes no mode; the stream is not needed once its handle is somebody else's.
        using var stream = new FileStream(path, options);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> octets, long offset) => RandomAccess.WriteAsync(file, octets, offset);

    /// <inheritdoc/>
    public void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    /// <remarks>.NET opens no folders, so that their fsync(2) is called here.</remarks>
    public void FlushFolder(string path)
    {
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
