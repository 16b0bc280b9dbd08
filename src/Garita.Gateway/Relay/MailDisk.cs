using System.Collections.Concurrent;
using Garita.Machine.Files;

namespace Garita.Gateway.Relay;

/// <summary>The disk itself.</summary>
internal sealed class MailDisk : IMailDisk
{
    private readonly ConcurrentDictionary<string, byte> _flushed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void MakeFolder(string path)
    {
        // Asked for each message, and once is enough.
        if (_flushed.ContainsKey(path) && Directory.Exists(path))
            return;
        DurableFolder.Make(path);
        _flushed.TryAdd(path, 0);
    }

    /// <inheritdoc/>
    public IMailFile Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new DiskFile(new FileStream(path, options));
    }

    /// <inheritdoc/>
    public IMailFile Open(string path) => new DiskFile(new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0,
    }));

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void FlushFolder(string path) => DurableFolder.Flush(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders(string path) => Directory.Exists(path) ? [.. new DirectoryInfo(path).EnumerateDirectories().Select(static folder => folder.Name)] : [];

    /// <inheritdoc/>
    public IEnumerable<(string Name, long Length)> Files(string path) => new DirectoryInfo(path).EnumerateFiles().Select(static file => (file.Name, file.Length));

    private sealed class DiskFile(FileStream stream) : IMailFile
    {
        public long Length => stream.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, long offset) => RandomAccess.WriteAsync(stream.SafeFileHandle, octets, offset);

        public void Flush() => RandomAccess.FlushToDisk(stream.SafeFileHandle);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset) => RandomAccess.ReadAsync(stream.SafeFileHandle, buffer, offset);

        public void Dispose() => stream.Dispose();
    }
}
