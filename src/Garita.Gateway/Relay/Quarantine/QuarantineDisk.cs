using Garita.Machine.Files;
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
    /// <inheritdoc/>
    public void MakeFolder(string path) => DurableFolder.Make(path);

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
    public void FlushFolder(string path) => DurableFolder.Flush(path);
}
