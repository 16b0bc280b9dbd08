using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// The file of a letter that is too large for memory. It has no name while it lives: unlinked as soon as it is open, so that no kill
/// leaves mail behind. All work runs on the thread pool, never on a thread that polls sockets.
/// </summary>
internal sealed class LetterFile : IDisposable
{
    internal const string Extension = ".letter";

    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;

    private LetterFile(FileStream stream)
    {
        _stream = stream;
        _handle = stream.SafeFileHandle;
    }

    /// <summary>Octets written.</summary>
    internal long Length { get; private set; }

    /// <exception cref="IOException">The folder or disk does not allow it.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static async ValueTask<LetterFile> CreateAsync(string folder)
    {
        // Opening can wait for the disk: off the sockets' thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Combine(folder, Path.GetRandomFileName() + Extension);
        var stream = new FileStream(path, options);
        try
        {
            File.Delete(path);
            return new LetterFile(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="IOException">The disk is full or broken.</exception>
    internal async ValueTask AppendAsync(ReadOnlyMemory<byte> octets)
    {
        await RandomAccess.WriteAsync(_handle, octets, Length);
        Length += octets.Length;
    }

    /// <summary>Reads as much as the buffer takes.</summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            var count = await RandomAccess.ReadAsync(_handle, buffer[read..], offset + read);
            if (count == 0)
                break;
            read += count;
        }
        return read;
    }

    /// <summary>Closing frees the octets of a file without a name, which takes the longer the larger it is: off the caller's thread.</summary>
    public void Dispose() => ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Dispose(), _stream, preferLocal: false);
}
