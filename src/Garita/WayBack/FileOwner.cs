using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.WayBack;

/// <summary>Who owns a file: .NET does not say.</summary>
internal static class FileOwner
{
    // statx(2): the same layout on all platforms, little-endian on all published for.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint WantsUser = 8;
    private const uint WantsGroup = 0x10;
    private const uint WantsMode = 2;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;

    /// <summary>The owner's number, of a link its own; null where there is no such file.</summary>
    public static uint? Of(string path)
    {
        var answer = new byte[256];
        return Stat(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NoFollow, WantsUser, answer) == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserOffset)) : null;
    }

    /// <summary>Gives an open file the owner, group and mode of another, as far as one may; of one that is not there nothing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="like">The other, by its path; links are followed.</param>
    public static void Give(SafeFileHandle file, string like)
    {
        var answer = new byte[256];
        if (Stat(CurrentFolder, [.. Encoding.UTF8.GetBytes(like), 0], 0, WantsUser | WantsGroup | WantsMode, answer) != 0)
            return;
        // The owner first: changing it takes the mode's higher bits away.
        _ = ChangeOwner(file, BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserOffset)), BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(GroupOffset)));
        File.SetUnixFileMode(file, (UnixFileMode)(BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(ModeOffset)) & 0xfff));
    }

    /// <summary>The user that this process acts as.</summary>
    public static uint Own => EffectiveUser();

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, byte[] path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "fchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
