using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Recipients;

/// <summary>Writes a file whole or not at all: beside it, to the disk, then renamed into place. Who reads it sees the old or the new one.</summary>
public static class WholeFile
{
    /// <summary>Writes.</summary>
    /// <param name="path">The file; a symbolic link stays one, what it leads to is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="prepared">Called with the new file's path before the renaming, for instance to set its owner.</param>
    /// <param name="opened">Called with the new file while it is open: for root, where others may put something else in its place by then.</param>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? prepared = null, Action<SafeFileHandle>? opened = null)
    {
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var beside = target + ".new";
        try
        {
            // Made anew: a link that lies there leads nowhere.
            File.Delete(beside);
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024))
            {
                write(stream);
                opened?.Invoke(stream.SafeFileHandle);
                stream.Flush(flushToDisk: true);
            }

            prepared?.Invoke(beside);
            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
