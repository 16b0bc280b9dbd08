using System.Text;

namespace Garita.Machine.Files;

/// <summary>
/// Writes a file whole or not at all, also over a power cut: beside it, to the disk, then renamed into place. Who reads it sees the old or the new one.
/// </summary>
public static class WholeFile
{
    /// <summary>Writes.</summary>
    /// <param name="path">The file; a symbolic link stays one, what it leads to is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="prepared">Called with the new file's path before the renaming, for instance to set its owner.</param>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? prepared = null) =>
        Put(new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path, write, mode: null, prepared);

    /// <summary>Writes without following a link: whatever has the name is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="mode">Its permissions; null for the usual ones.</param>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Replace(string path, string text, UnixFileMode? mode = null) =>
        Put(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), mode, prepared: null);

    private static void Put(string target, Action<Stream> write, UnixFileMode? mode, Action<string>? prepared)
    {
        var beside = target + ".new";
        // One that a crash left might be readable by others. What is made follows no link that somebody put there meanwhile.
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var stream = new FileStream(beside, options))
        {
            try
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                prepared?.Invoke(beside);
                File.Move(beside, target, overwrite: true);
            }
            catch
            {
                File.Delete(beside);
                throw;
            }
        }

        DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }
}
