using System.Runtime.InteropServices;
using Garita.Machine.Files;

namespace Garita.Hardening.Host;

/// <summary>
/// While it lives, the file system sees this thread as the owner of a folder: what root makes there belongs to the owner, and a link that the owner
/// put there leads root nowhere that the owner could not go. Nothing for others than root. Not across an await.
/// </summary>
public sealed class ActingAs : IDisposable
{
    private readonly bool _changed;
    private readonly int _user;
    private readonly int _group;

    private ActingAs(bool changed, int user, int group) => (_changed, _user, _group) = (changed, user, group);

    /// <summary>Begins.</summary>
    /// <param name="folder">The folder; one that is not there changes nothing.</param>
    /// <exception cref="CannotLookException">It cannot be looked at.</exception>
    public static ActingAs OwnerOf(string folder)
    {
        if (!Environment.IsPrivilegedProcess || LinuxFiles.Look(folder, follow: true) is not { Kind: FileKind.Folder } entry)
            return new ActingAs(changed: false, 0, 0);
        // The group first: changing it takes a right that goes with the user.
        var group = SetGroup(entry.Group);
        return new ActingAs(changed: true, SetUser(entry.User), group);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_changed)
            return;
        _ = SetUser((uint)_user);
        _ = SetGroup((uint)_group);
    }

    // Of the thread, and each gives back what it was.
    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetUser(uint user);

    [DllImport("libc", EntryPoint = "setfsgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetGroup(uint group);
}
