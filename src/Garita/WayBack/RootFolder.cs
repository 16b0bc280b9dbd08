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

            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new WayBackException($"{folder} cannot be made: {problem.Message}");
        }
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
