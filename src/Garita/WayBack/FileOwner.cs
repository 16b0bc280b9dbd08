using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Garita.WayBack;

/// <summary>Who owns a file: .NET does not say.</summary>
internal static class FileOwner
{
    // statx(2): the same layout on all platforms, little-endian on all published for.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint WantsUser = 8;
    private const uint WantsGroup = 0x10;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;

    /// <summary>The owner's number, of a link its own; null where there is no such file.</summary>
    public static uint? Of(string path)
    {
        var answer = new byte[256];
        return Stat(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NoFollow, WantsUser, answer) == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserOffset)) : null;
    }

    /// <summary>Owner and group, of a link its own; null where there is no such file.</summary>
    public static (uint User, uint Group)? UserAndGroup(string path)
    {
        var answer = new byte[256];
        return Stat(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NoFollow, WantsUser | WantsGroup, answer) == 0
            ? (BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserOffset)), BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(GroupOffset))) : null;
    }

    /// <summary>Whether a file has an access list (acl(5)) beside its mode.</summary>
    public static bool HasList(string path) => GetAttribute([.. Encoding.UTF8.GetBytes(path), 0], "system.posix_acl_access\0"u8.ToArray(), null, 0) > 0;

    /// <summary>Gives a file to a group; false where that is not allowed.</summary>
    public static bool GiveToGroup(string path, uint group) => ChangeOwner([.. Encoding.UTF8.GetBytes(path), 0], uint.MaxValue, group) == 0;

    /// <summary>The user that this process acts as.</summary>
    public static uint Own => EffectiveUser();

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, byte[] path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "lgetxattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint GetAttribute(byte[] path, byte[] name, byte[]? value, nint size);

    [DllImport("libc", EntryPoint = "lchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
