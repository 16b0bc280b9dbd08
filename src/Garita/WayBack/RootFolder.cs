using System.Text;
using Garita.Gateway.Relay;

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
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new WayBackException($"{folder} cannot be made: {problem.Message}");
        }

        foreach (var path in (string[])[root, folder])
        {
            if (FileOwner.Of(path) != FileOwner.Own || (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
                throw new WayBackException($"{path} belongs to somebody else, or others may write to it: look who made it, and remove it");
        }

        if (Stranger(Path.GetDirectoryName(root)!) is { } above)
            throw new WayBackException($"{above} belongs to somebody else, or others may write to it: whoever may could put a folder of his own in the place of {root}; move the data folder (data = …) to one of root's, such as /var/lib/garita");
        return folder;
    }

    /// <summary>The first on the way to a file, itself included, that somebody else than root and this user may change or replace; null: none.</summary>
    public static string? Stranger(string path)
    {
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (FileOwner.Of(at) is not { } owner)
                continue;
            var mode = File.GetUnixFileMode(at);
            // Where the sticky bit is set nobody replaces what is another's.
            if ((owner != 0 && owner != FileOwner.Own) || ((mode & Others) != UnixFileMode.None && !mode.HasFlag(UnixFileMode.StickyBit)))
                return at;
        }

        return null;
    }

    /// <summary>Writes a file that only its owner reads: whole or not at all, also over a power cut.</summary>
    public static void Write(string path, string text)
    {
        var next = path + ".new";
        File.Delete(next);
        using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
    }
}
