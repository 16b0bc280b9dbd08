using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Garita.Machine.Files;

/// <summary>What statx(2) says of a name: .NET tells neither owners nor kinds.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permissions with set-id and sticky bits.</param>
/// <param name="User">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Size">Octets in it.</param>
/// <param name="Modified">When the content last changed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStatus(FileKind Kind, UnixFileMode Mode, uint User, uint Group, uint Links, ulong Size, DateTimeOffset Modified)
{
    private const uint Basic = 0x7ff; // STATX_BASIC_STATS
    private const int Length = 256;

    /// <summary>Of what lies at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="IOException">It may not be looked at.</exception>
    public static FileStatus? Of(string path, bool follow = false)
    {
        var facts = new byte[Length];
        return Told(Libc.Stat(Libc.WorkingFolder, Libc.Octets(path), Libc.NoAutomount | (follow ? 0 : Libc.NoFollowStat), Basic, facts), facts, path);
    }

    /// <summary>Whether a file has an access list (acl(5)) beside its mode: then the mode alone does not say who may what.</summary>
    /// <param name="path">The path; a link at its end is followed.</param>
    public static bool HasAccessList(string path) => Libc.ReadAttribute(Libc.Octets(path), Libc.Octets("system.posix_acl_access"), null, 0) > 0;

    /// <summary>Of a name in an open folder, of a link its own.</summary>
    internal static FileStatus? Of(SafeFileHandle folder, string name)
    {
        var facts = new byte[Length];
        return Told(Libc.Stat(folder, Libc.Octets(name), Libc.NoFollowStat, Basic, facts), facts, name);
    }

    /// <summary>Of an open file or folder.</summary>
    internal static FileStatus OfOpen(SafeFileHandle file, string path)
    {
        var facts = new byte[Length];
        return Told(Libc.Stat(file, [0], Libc.EmptyPath, Basic, facts), facts, path) ?? throw new IOException($"{path} is gone");
    }

    private static FileStatus? Told(int code, byte[] facts, string path)
    {
        if (code == 0)
            return Read(facts);
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.NoEntry or Libc.NoFolder ? null : throw new IOException($"{path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Reads struct statx: the same layout on every processor, little-endian on all published for.</summary>
    private static FileStatus Read(ReadOnlySpan<byte> statx)
    {
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(statx[28..]);
        var device = (BinaryPrimitives.ReadUInt32LittleEndian(statx[128..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[132..]));
        var kind = (mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            0x2000 when device == (1, 3) => FileKind.Null,
            _ => FileKind.Special,
        };
        // The field allows for years that a date does not have.
        var modified = Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(statx[112..]), -62_135_596_800, 253_402_300_799);
        return new FileStatus(
            kind, (UnixFileMode)(mode & 0xFFF), BinaryPrimitives.ReadUInt32LittleEndian(statx[20..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(statx[16..]), BinaryPrimitives.ReadUInt64LittleEndian(statx[40..]), DateTimeOffset.FromUnixTimeSeconds(modified));
    }
}
