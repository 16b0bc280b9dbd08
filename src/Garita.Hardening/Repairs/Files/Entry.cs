using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Garita.Hardening.Repairs.Files;

/// <summary>What a name in a folder stands for, links not followed.</summary>
/// <param name="Type">The type's bits of st_mode.</param>
/// <param name="Mode">Permissions with set-id and sticky bits.</param>
/// <param name="User">The owner's id.</param>
/// <param name="Group">The group's id.</param>
/// <param name="Links">How many names it has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Entry(int Type, UnixFileMode Mode, uint User, uint Group, uint Links)
{
    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint Wanted = 0x7ff;

    /// <summary>The size of struct statx.</summary>
    public const int Size = 256;

    public bool IsFolder => Type == 0x4000;

    public bool IsFile => Type == 0x8000;

    public bool IsLink => Type == 0xA000;

    /// <summary>Reads struct statx: stx_nlink at 16, stx_uid at 20, stx_gid at 24, stx_mode at 28.</summary>
    public static Entry Read(ReadOnlySpan<byte> statx)
    {
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(statx[28..]);
        return new(mode & 0xF000, (UnixFileMode)(mode & 0xFFF), BinaryPrimitives.ReadUInt32LittleEndian(statx[20..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[24..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[16..]));
    }
}
