using System.Text;

namespace Garita.Harden;

/// <summary>A report in a file, for its owner alone: it lists what is weak. Put in its place whole, so that a kill leaves the old one or the new.</summary>
internal static class ReportFile
{
    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string text)
    {
        var target = Path.GetFullPath(path);
        if (Directory.Exists(target))
            throw new IOException("it is a folder");
        // Streams that have a name are written to, not replaced. Not all of /dev: everybody may put links into /dev/shm.
        if (target is "/dev/stdout" or "/dev/stderr" or "/dev/null" or "/dev/tty" || target.StartsWith("/dev/fd/", StringComparison.Ordinal))
        {
            File.WriteAllText(target, text);
            return;
        }

        var beside = $"{target}.{Guid.NewGuid():N}";
        try
        {
            using (var file = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
                file.Write(Encoding.UTF8.GetBytes(text));
            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
