using System.Globalization;
using Garita.Machine.Files;

namespace Garita.Setup;

/// <summary>The user that the service runs as, and whether it may read a file: who runs setup may read all of them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="User">Its number.</param>
/// <param name="Groups">The numbers of its groups, its own first.</param>
internal sealed record ServiceAccount(string Name, uint User, IReadOnlyList<uint> Groups)
{
    /// <summary>The user of the package.</summary>
    public const string Usual = "garita";

    /// <summary>The account of this machine; null where there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="etc">Where passwd(5) and group(5) are.</param>
    public static ServiceAccount? Find(string name, string etc = "/etc")
    {
        try
        {
            // name:password:uid:gid:…
            var user = File.ReadLines(Path.Combine(etc, "passwd")).Select(static line => line.Split(':')).FirstOrDefault(words => words.Length > 3 && string.Equals(words[0], name, StringComparison.Ordinal));
            if (user is null || Number(user[2]) is not { } uid || Number(user[3]) is not { } gid)
                return null;
            // name:password:gid:members
            var more = File.ReadLines(Path.Combine(etc, "group")).Select(static line => line.Split(':'))
                .Where(words => words.Length > 3 && words[3].Split(',').Contains(name, StringComparer.Ordinal)).Select(static words => Number(words[2])).OfType<uint>();
            return new ServiceAccount(name, uid, [gid, .. more.Where(one => one != gid)]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Why it cannot read a file, and what to do about it; null when it can, or when it cannot be told.</summary>
    /// <param name="file">The file, absolute; a link counts as what it leads to.</param>
    public SetupFinding? Problem(string file)
    {
        var real = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        var folders = new Stack<string>();
        for (var folder = Path.GetDirectoryName(real); folder is not null; folder = Path.GetDirectoryName(folder))
            folders.Push(folder);
        foreach (var folder in folders)
        {
            if (!May(folder, UnixFileMode.UserExecute, UnixFileMode.GroupExecute, UnixFileMode.OtherExecute))
                return SetupFinding.Doubt($"the service (user {Name}) cannot read {file}: {folder} is closed to it", $"put a copy where it may read, such as /etc/garita, or: setfacl -m u:{Name}:x {folder}");
        }

        return May(real, UnixFileMode.UserRead, UnixFileMode.GroupRead, UnixFileMode.OtherRead) ? null
            : SetupFinding.Doubt($"the service (user {Name}) cannot read {file}", $"chgrp {Name} {real} && chmod 640 {real}");
    }

    private bool May(string path, UnixFileMode asOwner, UnixFileMode asGroup, UnixFileMode asOther)
    {
        // With access lists (acl(5)) the mode does not tell; what is not there is somebody else's matter.
        if (User == 0 || FileStatus.HasAccessList(path) || FileStatus.Of(path, follow: true) is not { } status)
            return true;
        // The first that fits decides, as in the kernel.
        return (status.Mode & (status.User == User ? asOwner : Groups.Contains(status.Group) ? asGroup : asOther)) != UnixFileMode.None;
    }

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
