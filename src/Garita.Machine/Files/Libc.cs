using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Garita.Machine.Files;

/// <summary>
/// The calls of the C library that .NET has no equal for, most of them relative to an open folder: .NET has paths only, and a path may lead elsewhere a
/// moment later. Values are those of Linux, the same on all platforms published for, except where it is said.
/// </summary>
internal static class Libc
{
    public const int ReadOnly = 0;
    public const int CreateNew = 0x41 | 0x80; // O_WRONLY | O_CREAT | O_EXCL
    public const int CloseOnExec = 0x80000;
    public const int DoNotBlock = 0x800;
    public const int NoTerminal = 0x100; // O_NOCTTY
    public const int PathOnly = 0x200000;

    public const int WorkingFolder = -100; // AT_FDCWD
    public const int NoFollowStat = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int NoAutomount = 0x800; // AT_NO_AUTOMOUNT
    public const int EmptyPath = 0x1000;
    public const int RemoveFolder = 0x200;
    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int NoFolder = 20;
    public const int NoLink = 22; // EINVAL of readlink(2)
    public const int NotEmpty = 39;
    public const int OpenOrCreate = 0x42; // O_RDWR | O_CREAT
    public const int LockWithoutWaiting = 6; // LOCK_EX | LOCK_NB

    // The two that differ: x86 has them swapped with O_DIRECT and O_LARGEFILE of arm64.
    public static int Folder { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>A name as C has it.</summary>
    public static byte[] Octets(string name) => [.. Encoding.UTF8.GetBytes(name), 0];

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern SafeFileHandle Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern SafeFileHandle OpenAt(SafeFileHandle folder, byte[] name, int flags, uint mode);

    /// <summary>statx(2) and not stat(2): its result looks the same on every processor.</summary>
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Stat(SafeFileHandle folder, byte[] name, int flags, uint mask, byte[] result);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Stat(int folder, byte[] name, int flags, uint mask, byte[] result);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint Read(SafeFileHandle file, byte[] buffer, nint length);

    [DllImport("libc", EntryPoint = "readlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ReadLink(byte[] path, byte[] target, nint size);

    [DllImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ReadLink(SafeFileHandle folder, byte[] name, byte[] target, nint size);

    [DllImport("libc", EntryPoint = "renameat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Rename(SafeFileHandle fromFolder, byte[] from, SafeFileHandle toFolder, byte[] to);

    [DllImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Remove(SafeFileHandle folder, byte[] name, int flags);

    [DllImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int MakeFolder(SafeFileHandle folder, byte[] name, uint mode);

    [DllImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int ChangeMode(SafeFileHandle file, uint mode);

    [DllImport("libc", EntryPoint = "fchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int ChangeOwner(byte[] path, uint user, uint group);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Sync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ListAttributes(SafeFileHandle file, byte[] names, nint size);

    [DllImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ReadAttribute(SafeFileHandle file, byte[] name, byte[] value, nint size);

    [DllImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ReadAttribute(byte[] path, byte[] name, byte[]? value, nint size);

    [DllImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int WriteAttribute(SafeFileHandle file, byte[] name, byte[] value, nint size, int flags);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Lock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "getegid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint EffectiveGroup();
}
