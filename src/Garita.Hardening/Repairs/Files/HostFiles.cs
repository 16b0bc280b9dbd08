using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Garita.Machine.Files;
using Microsoft.Win32.SafeHandles;

namespace Garita.Hardening.Repairs.Files;

/// <summary>
/// Changes files of this host, or of a file system that lies in a folder. Each path is walked folder by folder, each held open while the next is
/// looked up, so that no link can lead out of the root, and none is followed that somebody else than root owns. A file is replaced as a whole:
/// written beside, put on the disk, renamed. Deliberately not through the paths of .NET, which follow every link.
/// </summary>
public sealed class HostFiles
{
    private const int MaxSize = 64 << 20;
    private const int MaxLinks = 40;
    private readonly Predicate<uint> _trusts;
    private readonly Action<string> _before;

    /// <summary>For the host, or for the file system in a folder.</summary>
    /// <param name="root">The folder, or <c>/</c>.</param>
    public HostFiles(string root)
        : this(root, static user => user == 0 || user == Self.User, static _ => { })
    {
    }

    /// <summary>For tests: whose links are followed, and what happens before each call that changes something.</summary>
    internal HostFiles(string root, Predicate<uint> trusts, Action<string> before)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _trusts = trusts;
        _before = before;
    }

    /// <summary>Whether names are looked up only in folders that root owns and nobody else writes to: for what root will believe later.</summary>
    internal bool IsPrivate { get; init; }

    /// <summary>Where the file system lies; <c>/</c> for this host's own.</summary>
    public string Root { get; }

    /// <summary>Whether it is this host's own.</summary>
    public bool IsOwn => string.Equals(Root, "/", StringComparison.Ordinal);

    /// <summary>The state of a file or folder, or null when there is none.</summary>
    /// <param name="path">Its path inside the root.</param>
    public FileState? Look(string path)
    {
        using var place = Walk(path);
        if (place?.Entry is not { } entry)
            return null;
        return new(entry.Kind == FileKind.Folder, entry.Mode, entry.User, entry.Group, entry.Kind == FileKind.File ? Hash(Content(place, path)) : null);
    }

    /// <summary>What is in a file.</summary>
    /// <param name="path">Its path inside the root.</param>
    /// <returns>Null when there is no such file.</returns>
    public byte[]? Read(string path)
    {
        using var place = Walk(path);
        return place?.Entry is null ? null : Content(place, path);
    }

    /// <summary>The folders on the way to a path that are missing, outermost first.</summary>
    /// <param name="path">A path inside the root.</param>
    public IReadOnlyList<string> MissingFolders(string path)
    {
        var missing = new List<string>();
        for (var folder = Path.GetDirectoryName(path); folder is { Length: > 1 }; folder = Path.GetDirectoryName(folder))
        {
            using var place = Walk(folder);
            if (place?.Entry is not null)
                break;
            missing.Insert(0, folder);
        }

        return missing;
    }

    /// <summary>Replaces a file as a whole, or makes it and the folders that it needs; it is on the disk when this returns.</summary>
    /// <param name="path">Its path inside the root.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="group">Its group.</param>
    /// <param name="temporary">A name of nothing else, for the file while it is written.</param>
    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, uint user, uint group, string temporary)
    {
        foreach (var folder in MissingFolders(path))
            MakeFolder(folder, IsPrivate ? 0x1C0u /* 0700 */ : 0x1EDu /* 0755 */);
        using var place = Walk(path) ?? throw new RepairException($"{path}: its folder is gone");
        if (place.Entry is { Kind: not FileKind.File })
            throw new RepairException($"{path} is not a file");
        _before("remove " + temporary);
        _ = Libc.Remove(place.Folder, Libc.Octets(temporary), 0);
        _before("create " + temporary);
        using (var file = Libc.OpenAt(place.Folder, Libc.Octets(temporary), Libc.CreateNew | Libc.CloseOnExec | Libc.NoFollow, 0x180 /* 0600 */))
        {
            Check(!file.IsInvalid, path, "written");
            _before("write " + temporary);
            RandomAccess.Write(file, content, 0);
            if (place.Entry is not null)
                CopyAttributes(place, file);
            SetOwner(file, user, group, path);
            Check(Libc.ChangeMode(file, (uint)mode) == 0, path, "given its mode");
            Check(Libc.Sync(file) == 0, path, "put on the disk");
        }

        _before("rename " + temporary);
        Check(Libc.Rename(place.Folder, Libc.Octets(temporary), place.Folder, Libc.Octets(place.Name)) == 0, path, "renamed into its place");
        _before("sync " + path);
        Flush(place.Folder, path);
    }

    /// <summary>Removes what a write that was cut short left beside a file.</summary>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="temporary">The name it had meanwhile.</param>
    public void RemoveTemporary(string path, string temporary)
    {
        using var place = Walk(path);
        if (place is null)
            return;
        _before("remove " + temporary);
        if (Libc.Remove(place.Folder, Libc.Octets(temporary), 0) == 0)
            Flush(place.Folder, path);
    }

    /// <summary>Gives a file or a folder its permissions and its owner.</summary>
    /// <param name="path">Its path inside the root.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="user">Its owner.</param>
    /// <param name="group">Its group.</param>
    public void SetMode(string path, UnixFileMode mode, uint user, uint group)
    {
        using var place = Walk(path);
        if (place?.Entry is not { } entry)
            throw new RepairException($"{path} does not exist");
        if (entry.Kind is not (FileKind.File or FileKind.Folder))
            throw new RepairException($"{path} is neither a file nor a folder");
        // A second name may be that of a file which the owner of the folder could not change.
        if (entry is { Kind: FileKind.File, Links: > 1 } && !_trusts(entry.User))
            throw new RepairException($"{path} has {entry.Links} names and user {entry.User} owns it: look what the others are (find / -xdev -samefile {path})");
        _before("mode " + path);
        using var file = OpenForReading(place, path);
        var now = StatOpen(file, path);
        if (now.Kind != entry.Kind || now.Links > entry.Links)
            throw new RepairException($"{path} was replaced meanwhile");
        SetOwner(file, user, group, path);
        Check(Libc.ChangeMode(file, (uint)mode) == 0, path, "given its mode");
        Check(Libc.Sync(file) == 0, path, "put on the disk");
    }

    /// <summary>Removes a file; its name is gone from the disk when this returns.</summary>
    /// <param name="path">Its path inside the root.</param>
    public void Remove(string path)
    {
        using var place = Walk(path);
        if (place?.Entry is null)
            return;
        _before("remove " + path);
        Check(Libc.Remove(place.Folder, Libc.Octets(place.Name), 0) == 0 || Marshal.GetLastPInvokeError() == Libc.NoEntry, path, "removed");
        Flush(place.Folder, path);
    }

    /// <summary>Removes a folder if nothing is in it.</summary>
    /// <param name="path">Its path inside the root.</param>
    public void RemoveFolderIfEmpty(string path)
    {
        using var place = Walk(path);
        if (place?.Entry is not { Kind: FileKind.Folder })
            return;
        _before("rmdir " + path);
        if (Libc.Remove(place.Folder, Libc.Octets(place.Name), Libc.RemoveFolder) == 0)
            Flush(place.Folder, path);
        else if (Marshal.GetLastPInvokeError() is not (Libc.NotEmpty or Libc.Exists or Libc.NoEntry))
            Check(false, path, "removed");
    }

    /// <summary>The fingerprint of a file's content.</summary>
    /// <param name="content">The content.</param>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Makes a folder that only its owner looks into, unless it is there.</summary>
    /// <param name="path">Its path inside the root.</param>
    internal void MakePrivateFolder(string path)
    {
        foreach (var folder in MissingFolders(path))
            MakeFolder(folder, 0x1ED /* 0755 */);
        MakeFolder(path, 0x1C0 /* 0700 */);
    }

    /// <summary>Opens a file and locks it until the handle or the process ends.</summary>
    /// <param name="path">Its path inside the root.</param>
    /// <returns>Null when another process has locked it.</returns>
    internal SafeFileHandle? TryLock(string path)
    {
        using var place = Walk(path) ?? throw new RepairException($"{path}: its folder is gone");
        var file = Libc.OpenAt(place.Folder, Libc.Octets(place.Name), Libc.OpenOrCreate | Libc.NoFollow | Libc.DoNotBlock | Libc.CloseOnExec, 0x180 /* 0600 */);
        Check(!file.IsInvalid, path, "opened");
        if (Libc.Lock(file, Libc.LockWithoutWaiting) == 0)
            return file;
        file.Dispose();
        return null;
    }

    private void MakeFolder(string path, uint mode)
    {
        using var place = Walk(path) ?? throw new RepairException($"{path}: its folder is gone");
        if (place.Entry is not null)
            return;
        _before("mkdir " + path);
        Check(Libc.MakeFolder(place.Folder, Libc.Octets(place.Name), mode) == 0 || Marshal.GetLastPInvokeError() == Libc.Exists, path, "made");
        Flush(place.Folder, path);
    }

    /// <summary>Goes from the root to the folder of a path. Null when a folder on the way is missing.</summary>
    private Place? Walk(string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
            throw new RepairException($"{path}: not an absolute path");
        var names = new LinkedList<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        var folders = new Stack<SafeFileHandle>();
        folders.Push(Libc.Open(Libc.Octets(Root), Libc.PathOnly | Libc.Folder | Libc.CloseOnExec));
        try
        {
            Check(!folders.Peek().IsInvalid, Root, "opened");
            for (var links = 0; names.First is { } first;)
            {
                var name = first.Value;
                names.RemoveFirst();
                if (name is ".")
                    continue;
                if (name is "..")
                {
                    // The root's parent is the root, as in a chroot.
                    if (folders.Count > 1)
                        folders.Pop().Dispose();
                    continue;
                }

                var entry = Stat(folders.Peek(), name);
                if (entry is { Kind: FileKind.Link } link)
                {
                    if (!_trusts(link.User))
                        throw new RepairException($"{path}: {name} is a symbolic link that user {link.User} owns, so it is not followed");
                    if (++links > MaxLinks)
                        throw new RepairException($"{path}: too many symbolic links");
                    var target = Target(folders.Peek(), name, path);
                    while (target.StartsWith('/') && folders.Count > 1)
                        folders.Pop().Dispose();
                    foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                        names.AddFirst(part);
                    continue;
                }

                if (names.Count == 0 && IsPrivate)
                    CheckPrivate(folders.Peek(), path);
                if (names.Count == 0)
                    return new Place(folders.Pop(), name, entry);
                if (entry is null)
                    return null;
                var next = Libc.OpenAt(folders.Peek(), Libc.Octets(name), Libc.PathOnly | Libc.Folder | Libc.NoFollow | Libc.CloseOnExec, 0);
                Check(!next.IsInvalid, path, $"reached: {name} is no folder");
                folders.Push(next);
            }

            throw new RepairException($"{path} is the root itself");
        }
        finally
        {
            foreach (var folder in folders)
                folder.Dispose();
        }
    }

    private void CheckPrivate(SafeFileHandle folder, string path)
    {
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        var entry = StatOpen(folder, path);
        if (!_trusts(entry.User) || (entry.Mode & others) != UnixFileMode.None)
            throw new RepairException($"{Path.GetDirectoryName(path)} is not root's alone, so nothing in it is believed: look who put it there");
    }

    private static FileStatus? Stat(SafeFileHandle folder, string name) => Looking(() => FileStatus.Of(folder, name));

    private static FileStatus StatOpen(SafeFileHandle file, string path) => Looking(() => FileStatus.OfOpen(file, path));

    private static T Looking<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (IOException problem)
        {
            throw new RepairException(problem.Message);
        }
    }

    private static string Target(SafeFileHandle folder, string name, string path)
    {
        var target = new byte[4096];
        var length = Libc.ReadLink(folder, Libc.Octets(name), target, target.Length);
        Check(length > 0 && length < target.Length, path, "followed");
        return Encoding.UTF8.GetString(target, 0, (int)length);
    }

    private static SafeFileHandle OpenForReading(Place place, string path)
    {
        var file = Libc.OpenAt(place.Folder, Libc.Octets(place.Name), Libc.ReadOnly | Libc.NoFollow | Libc.DoNotBlock | Libc.CloseOnExec, 0);
        Check(!file.IsInvalid, path, "opened");
        return file;
    }

    private static byte[] Content(Place place, string path)
    {
        if (place.Entry is not { Kind: FileKind.File })
            throw new RepairException($"{path} is not a file");
        using var file = OpenForReading(place, path);
        var length = RandomAccess.GetLength(file);
        if (length > MaxSize)
            throw new RepairException($"{path} is larger than {MaxSize >> 20} MiB");
        var content = new byte[length];
        var read = 0;
        while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is var more and > 0)
            read += more;
        return content.AsSpan(0, read).ToArray();
    }

    /// <summary>Access lists, labels and capabilities stay with the file. Where the file system has none, there are none to keep.</summary>
    private static void CopyAttributes(Place place, SafeFileHandle to)
    {
        using var from = Libc.OpenAt(place.Folder, Libc.Octets(place.Name), Libc.ReadOnly | Libc.NoFollow | Libc.DoNotBlock | Libc.CloseOnExec, 0);
        if (from.IsInvalid)
            return;
        var names = new byte[65536];
        var length = Libc.ListAttributes(from, names, names.Length);
        if (length <= 0)
            return;
        foreach (var name in Encoding.UTF8.GetString(names, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = new byte[65536];
            var size = Libc.ReadAttribute(from, Libc.Octets(name), value, value.Length);
            if (size >= 0)
                _ = Libc.WriteAttribute(to, Libc.Octets(name), value, size, 0);
        }
    }

    private static void SetOwner(SafeFileHandle file, uint user, uint group, string path)
    {
        var now = StatOpen(file, path);
        if (now.User != user || now.Group != group)
            Check(Libc.ChangeOwner(file, user, group) == 0, path, "given its owner");
    }

    private static void Flush(SafeFileHandle folder, string path)
    {
        try
        {
            DurableFolder.FlushOpen(folder, path);
        }
        catch (IOException problem)
        {
            throw new RepairException(problem.Message);
        }
    }

    private static void Check(bool done, string path, string what)
    {
        if (!done)
            throw new RepairException($"{path} cannot be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }
}
