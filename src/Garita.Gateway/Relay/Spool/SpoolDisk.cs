using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Relay.Spool;

/// <summary>The disk itself.</summary>
internal sealed class SpoolDisk : ISpoolDisk
{
    // open(2): O_RDONLY | O_CLOEXEC.
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <inheritdoc/>
    public void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public ISpoolFile Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new DiskFile(new FileStream(path, options));
    }

    /// <inheritdoc/>
    public ISpoolFile Open(string path) => new DiskFile(new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0,
    }));

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    /// <remarks>.NET opens no folders, so that their fsync(2) is called here.</remarks>
    public void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = Open([.. Encoding.UTF8.GetBytes(path), 0], ReadOnlyCloseOnExec);
        if (folder.IsInvalid)
            throw new IOException($"{path} cannot be opened (errno {Marshal.GetLastPInvokeError()})");
        if (Sync(folder) != 0)
            throw new IOException($"{path} cannot be written to the disk (errno {Marshal.GetLastPInvokeError()})");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders(string path) => Directory.Exists(path) ? [.. new DirectoryInfo(path).EnumerateDirectories().Select(static folder => folder.Name)] : [];

    /// <inheritdoc/>
    public IEnumerable<(string Name, long Length)> Files(string path) => new DirectoryInfo(path).EnumerateFiles().Select(static file => (file.Name, file.Length));

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle file);

    private sealed class DiskFile(FileStream stream) : ISpoolFile
    {
        public long Length => stream.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, long offset) => RandomAccess.WriteAsync(stream.SafeFileHandle, octets, offset);

        public void Flush() => RandomAccess.FlushToDisk(stream.SafeFileHandle);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset) => RandomAccess.ReadAsync(stream.SafeFileHandle, buffer, offset);

        public void Dispose() => stream.Dispose();
    }
}
