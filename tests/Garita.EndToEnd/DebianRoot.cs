using System.Security.Cryptography;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>A Debian system in a folder, made once by debootstrap and kept beside the temporary files: tests put a layer above it and leave it as it is.</summary>
internal static class DebianRoot
{
    /// <summary>Debian 12 with some packages; a minute the first time.</summary>
    /// <returns>Its folder.</returns>
    public static async Task<string> MakeAsync(params string[] packages)
    {
        var include = string.Join(',', packages);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(include)))[..12];
        var folder = Path.Combine(Path.GetTempPath(), "garita-debian-" + name);
        if (Directory.Exists(folder))
            return folder;
        // Under another name until it is whole: a run that was killed leaves no half system behind.
        var unfinished = $"{folder}.{Environment.ProcessId}";
        try
        {
            await BootstrapAsync(unfinished, include);
            Directory.Move(unfinished, folder);
            return folder;
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>Puts Debian 12 into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="packages">With which packages, in one word.</param>
    public static Task BootstrapAsync(string folder, string packages) => Tool.RunAsync("debootstrap", "--variant=minbase", "--include=" + packages, "bookworm", folder, Mirror());

    /// <summary>Where this machine's own packages come from.</summary>
    private static string Mirror()
    {
        var lists = Directory.Exists("/etc/apt/sources.list.d") ? Directory.GetFiles("/etc/apt/sources.list.d") : [];
        return lists.Append("/etc/apt/sources.list").Where(File.Exists).SelectMany(File.ReadLines)
            .Where(static line => line.StartsWith("deb ", StringComparison.Ordinal) || line.StartsWith("URIs:", StringComparison.Ordinal))
            .SelectMany(static line => line.Split(' ')).FirstOrDefault(static word => word.StartsWith("http", StringComparison.Ordinal) && word.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal)) ?? "http://deb.debian.org/debian";
    }
}
