using System.Globalization;
using System.Text;
using Garita.Machine.Files;

namespace Garita.Setup;

/// <summary>
/// Puts the settings file where it belongs, so that the service can read it whatever the umask of who writes it. It names files with passwords
/// and keys and holds none, so that without a service account on this machine everybody may.
/// </summary>
internal static class SettingsPlace
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForGroup = Owner | UnixFileMode.GroupRead;
    private const UnixFileMode ForAll = ForGroup | UnixFileMode.OtherRead;
    private const UnixFileMode OwnerFolder = Owner | UnixFileMode.UserExecute;

    /// <summary>Writes it; one that is there is kept as a copy, and its rights are those of the new one.</summary>
    /// <param name="file">Where.</param>
    /// <param name="text">The settings.</param>
    /// <param name="account">Who has to read it; null: there is no such account yet.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What there is to be said of it.</returns>
    public static IReadOnlyList<string> Write(string file, string text, ServiceAccount? account, TimeProvider time)
    {
        var said = new List<string>();
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            // As the package makes it (tmpfiles.d).
            if (account is not null && IsGiven(folder, account.Groups[0]))
                File.SetUnixFileMode(folder, OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
            else
                File.SetUnixFileMode(folder, OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        var isThere = File.Exists(file);
        if (isThere)
        {
            var copy = file + time.GetUtcNow().ToString("'.before-'yyyyMMdd'-'HHmmss", CultureInfo.InvariantCulture);
            // An older copy of the same second stays.
            File.Copy(file, copy, overwrite: false);
            said.Add($"The former settings are in {copy}");
        }

        WholeFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)), beside =>
        {
            if (isThere)
                FileOwner.GiveLike(beside, file);
            else
                File.SetUnixFileMode(beside, account is not null && IsGiven(beside, account.Groups[0]) ? ForGroup : ForAll);
        });
        said.Add($"Written: {file}");
        if (account?.Problem(file) is { } problem)
            said.Add(problem.ToString());
        return said;
    }

    private static bool IsGiven(string path, uint group)
    {
        try
        {
            FileOwner.GiveToGroup(path, group);
            return true;
        }
        catch (IOException)
        {
            // Only root may, and who is in the group.
            return false;
        }
    }
}
