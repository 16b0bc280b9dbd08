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
    private const int UserOffset = 20;

    /// <summary>The owner's number, of a link its own; null where there is no such file.</summary>
    public static uint? Of(string path)
    {
        var answer = new byte[256];
        return Stat(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NoFollow, WantsUser, answer) == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserOffset)) : null;
    }

    /// <summary>The user that this process acts as.</summary>
    public static uint Own => EffectiveUser();

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, byte[] path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
