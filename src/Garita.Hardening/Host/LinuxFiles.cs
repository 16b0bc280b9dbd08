using System.Runtime.InteropServices;
using System.Text;
using Garita.Machine.Files;

namespace Garita.Hardening.Host;

/// <summary>
/// The calls of Linux that .NET has no equal for: owner and kind of a file, links as they are written, opening without waiting for a pipe's other
/// end. Null means that there is nothing; what may not be looked at throws <see cref="CannotLookException"/>.
/// </summary>
internal static class LinuxFiles
{
    private const int LongestPath = 4096;

    /// <summary>What lies at a path.</summary>
    /// <param name="path">The path on the disk.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    public static FileStatus? Look(string path, bool follow)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new CannotLookException("a path with NUL in it");
        try
        {
            return FileStatus.Of(path, follow);
        }
        catch (IOException refused)
        {
            throw new CannotLookException(refused.Message, refused);
        }
    }

    /// <summary>Where a link points to, as it is written; null without a link.</summary>
    /// <param name="path">The path on the disk.</param>
    public static string? Target(string path)
    {
        var target = new byte[LongestPath];
        var length = (int)Libc.ReadLink(Octets(path), target, target.Length);
        if (length >= 0)
            return Encoding.UTF8.GetString(target, 0, length);
        return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NoFolder or Libc.NoLink ? null : throw Refused(path);
    }

    /// <summary>The octets of a file; null when it is gone. Anything but a file is not read, whatever it became since it was looked at.</summary>
    /// <param name="path">The path on the disk.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    /// <param name="most">More octets than this are not read.</param>
    public static byte[]? Read(string path, bool follow, int most)
    {
        using var file = Libc.Open(Octets(path), Libc.ReadOnly | Libc.DoNotBlock | Libc.NoTerminal | Libc.CloseOnExec | (follow ? 0 : Libc.NoFollow));
        if (file.IsInvalid)
            return Marshal.GetLastPInvokeError() is Libc.NoEntry or Libc.NoFolder ? null : throw Refused(path);
        if (FileStatus.OfOpen(file, path).Kind != FileKind.File)
            throw new CannotLookException($"{path} is no file");
        // Files of /proc have no size: read until there is no more.
        using var all = new MemoryStream();
        var part = new byte[32 << 10];
        while (true)
        {
            var read = (int)Libc.Read(file, part, part.Length);
            if (read < 0)
                throw Refused(path);
            if (read == 0)
                return all.ToArray();
            if (all.Length + read > most)
                throw TooLarge(path, most);
            all.Write(part, 0, read);
        }
    }

    public static CannotLookException TooLarge(string path, int most) => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path} is larger than {most >> 20} MiB"));

    private static CannotLookException Refused(string path) => new($"{path} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");

    private static byte[] Octets(string path) => path.Contains('\0', StringComparison.Ordinal) ? throw new CannotLookException("a path with NUL in it") : Libc.Octets(path);
}
