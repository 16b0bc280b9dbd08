using System.Text;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Files;
using Garita.Machine.Files;

namespace Garita.WayBack;

/// <summary>
/// Where root keeps what it will load or run later: beside the data folder, not in it. The data folder is the gateway's, and whoever
/// breaks into the gateway could put a folder of his own in the place of one of root's.
/// </summary>
internal static class RootFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The folder that belongs to a data folder.</summary>
    public static string Of(string dataFolder) => dataFolder.TrimEnd('/') + "-root";

    /// <summary>A folder in it, made when it is missing.</summary>
    /// <exception cref="WayBackException">It is not ours alone.</exception>
    public static string Open(string dataFolder, string name)
    {
        var root = Of(dataFolder);
        var folder = Path.Combine(root, name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root)!);
            DurableFolder.Make(root);
            DurableFolder.Make(folder);
            foreach (var path in (string[])[root, folder])
            {
                if (FileStatus.Of(path)?.User != Self.User || (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
                    throw new WayBackException($"{path} belongs to somebody else, or others may write to it: look who made it, and remove it");
            }

            if (Stranger(Path.GetDirectoryName(root)!) is { } above)
                throw new WayBackException($"{above} belongs to somebody else, or others may write to it: whoever may could put a folder of his own in the place of {root}; move the data folder (data = …) to one of root's, such as /var/lib/garita");
            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new WayBackException($"{folder} cannot be made: {problem.Message}");
        }
    }

    /// <summary>The first on the way to a file, itself included, that somebody else than root and this user may change or replace; null: none.</summary>
    public static string? Stranger(string path)
    {
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (FileStatus.Of(at) is not { } file)
                continue;
            // Anybody may write to a link; its owner and its folder say who may replace it. Where the sticky bit is set nobody replaces what is another's.
            var mode = file.Kind == FileKind.Link ? File.GetUnixFileMode(at) : file.Mode;
            if ((file.User != 0 && file.User != Self.User) || ((mode & Others) != UnixFileMode.None && !mode.HasFlag(UnixFileMode.StickyBit)))
                return at;
        }

        return null;
    }

    /// <summary>Writes a file that only its owner reads: whole or not at all, also over a power cut.</summary>
    /// <exception cref="WayBackException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            new HostFiles("/").Write(path, Encoding.UTF8.GetBytes(text), OwnerOnly, Self.User, Self.Group, Path.GetFileName(path) + ".new");
        }
        catch (RepairException problem)
        {
            throw new WayBackException(problem.Message);
        }
    }
}
