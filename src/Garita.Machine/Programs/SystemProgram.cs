namespace Garita.Machine.Programs;

/// <summary>
/// Programs of the system, by their whole path. .NET looks for a bare name beside the program and in the current folder before it looks into PATH:
/// root in a folder that somebody else may write to would run what he put there.
/// </summary>
public static class SystemProgram
{
    private static readonly string[] Folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>Where a program is; where it would be, when it is not installed.</summary>
    /// <param name="name">Its name alone.</param>
    public static string PathOf(string name) => Folders.Select(folder => $"{folder}/{name}").FirstOrDefault(File.Exists) ?? $"{Folders[0]}/{name}";
}
