using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.Hardening.Host;

/// <summary>
/// The calls of Linux that .NET has no equal for: owner and kind of a file, links as they are written, opening without waiting for a pipe's other
/// end. Null means that there is nothing; what may not be looked at throws <see cref="CannotLookException"/>.
/// </summary>
internal static class LinuxFiles
{
    private const int WorkingFolder = -100; // AT_FDCWD
    private const int NotFollowing = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int NoAutomount = 0x800; // AT_NO_AUTOMOUNT
    private const int OfHandle = 0x1000; // AT_EMPTY_PATH
    private const uint BasicFacts = 0x7ff; // STATX_BASIC_STATS
    private const int StatxLength = 256;
    private const int LongestPath = 4096;
    private const int NoSuchFile = 2;
    private const int NoFolder = 20;
    private const int NoLink = 22;

    // O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, the same on all platforms published for; O_NOFOLLOW is not.
    private const int OpenFlags = 0x800 | 0x100 | 0x80000;
    private static readonly int OpenNotFollowing = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>What lies at a path.</summary>
    /// <param name="path">The path on the disk.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    public static DiskEntry? Look(string path, bool follow)
    {
        var facts = new byte[StatxLength];
        if (Statx(WorkingFolder, Octets(path), NoAutomount | (follow ? 0 : NotFollowing), BasicFacts, facts) == 0)
            return Entry(facts);
        return Marshal.GetLastPInvokeError() is NoSuchFile or NoFolder ? null : throw Refused(path);
    }

    /// <summary>Where a link points to, as it is written; null without a link.</summary>
    /// <param name="path">The path on the disk.</param>
    public static string? Target(string path)
    {
        var target = new byte[LongestPath];
        var length = (int)ReadLink(Octets(path), target, target.Length);
        if (length >= 0)
            return Encoding.UTF8.GetString(target, 0, length);
        return Marshal.GetLastPInvokeError() is NoSuchFile or NoFolder or NoLink ? null : throw Refused(path);
    }

    /// <summary>The octets of a file; null when it is gone. Anything but a file is not read, whatever it became since it was looked at.</summary>
    /// <param name="path">The path on the disk.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    /// <param name="most">More octets than this are not read.</param>
    public static byte[]? Read(string path, bool follow, int most)
    {
        using var file = Open(Octets(path), OpenFlags | (follow ? 0 : OpenNotFollowing));
        if (file.IsInvalid)
            return Marshal.GetLastPInvokeError() is NoSuchFile or NoFolder ? null : throw Refused(path);
        var facts = new byte[StatxLength];
        if (Statx(file, [0], OfHandle, BasicFacts, facts) != 0)
            throw Refused(path);
        if (Entry(facts).Kind != FileKind.File)
            throw new CannotLookException($"{path} is no file");
        // Files of /proc have no size: read until there is no more.
        using var all = new MemoryStream();
        var part = new byte[32 << 10];
        while (true)
        {
            var read = (int)Read(file, part, part.Length);
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

    private static DiskEntry Entry(byte[] statx)
    {
        var mode = MemoryMarshal.Read<ushort>(statx.AsSpan(28));
        var (major, minor) = (MemoryMarshal.Read<uint>(statx.AsSpan(128)), MemoryMarshal.Read<uint>(statx.AsSpan(132)));
        var kind = (mode & 0xf000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xa000 => FileKind.Link,
            0x2000 when (major, minor) == (1, 3) => FileKind.Null,
            _ => FileKind.Special,
        };
        // The field allows for years that a date does not have.
        var modified = Math.Clamp(MemoryMarshal.Read<long>(statx.AsSpan(112)), -62_135_596_800, 253_402_300_799);
        return new DiskEntry(
            kind, (UnixFileMode)(mode & 0xfff), MemoryMarshal.Read<uint>(statx.AsSpan(20)), MemoryMarshal.Read<uint>(statx.AsSpan(24)), MemoryMarshal.Read<ulong>(statx.AsSpan(40)),
            DateTimeOffset.FromUnixTimeSeconds(modified));
    }

    private static CannotLookException Refused(string path) => new($"{path} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");

    private static byte[] Octets(string path) => path.Contains('\0', StringComparison.Ordinal) ? throw new CannotLookException("a path with NUL in it") : [.. Encoding.UTF8.GetBytes(path), 0];

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] facts);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle folder, byte[] path, int flags, uint mask, byte[] facts);

    [DllImport("libc", EntryPoint = "readlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadLink(byte[] path, byte[] target, nint length);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(SafeFileHandle file, byte[] buffer, nint length);
}
