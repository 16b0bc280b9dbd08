using System.Runtime.InteropServices;
using System.Text;
using Garita.Hardening.Tests;

namespace Garita.EndToEnd.Hardening;

/// <summary>A prepared root on a disk, with its owners and modes. Takes root.</summary>
internal static class DiskOfRoot
{
    /// <summary>Whether it can be: nothing of a kernel or a program that runs.</summary>
    public static bool Fits(PreparedRoot root) =>
        !root.IsLive && !root.Files.Keys.Concat(root.Links).Any(static path => path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/sys/", StringComparison.Ordinal));

    public static void Write(PreparedRoot root, string folder)
    {
        // Links come last: nothing is written through one.
        foreach (var (path, (text, facts)) in root.Files)
        {
            var place = folder + path;
            if (facts.IsFolder)
            {
                Directory.CreateDirectory(place);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.WriteAllText(place, text);
            }

            Give(place, facts.User, facts.Group);
            File.SetUnixFileMode(place, facts.Mode);
            if (facts.Modified is { } modified && !facts.IsFolder)
                File.SetLastWriteTimeUtc(place, modified.UtcDateTime);
        }

        foreach (var path in root.Links)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder + path)!);
            File.CreateSymbolicLink(folder + path, root.LinkTarget(path)!);
        }

        foreach (var (path, (_, facts)) in root.Files.Reverse())
        {
            if (facts is { IsFolder: true, Modified: { } modified })
                Directory.SetLastWriteTimeUtc(folder + path, modified.UtcDateTime);
        }
    }

    public static void Give(string path, uint user, uint group)
    {
        if (ChangeOwner([.. Encoding.UTF8.GetBytes(path), 0], user, group) != 0)
            throw new IOException($"{path} cannot be given to {user}");
    }

    [DllImport("libc", EntryPoint = "lchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);
}
