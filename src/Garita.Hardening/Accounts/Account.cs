using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>A line of passwd(5) with its line of shadow(5).</summary>
/// <param name="Name">The name.</param>
/// <param name="Uid">The user's id.</param>
/// <param name="Gid">The first group's id.</param>
/// <param name="Home">The home folder.</param>
/// <param name="Shell">The shell; empty is /bin/sh.</param>
/// <param name="Password">The second field of passwd: x where shadow has it.</param>
/// <param name="Hash">The password as shadow has it, or null where it has no such line.</param>
internal sealed record Account(string Name, uint Uid, uint Gid, string Home, string Shell, string Password, string? Hash)
{
    private static readonly string[] NoShells = ["nologin", "false", "true", "sync", "halt", "shutdown", "poweroff", "git-shell"];

    /// <summary>Whether the shell lets one in.</summary>
    public bool HasShell => !NoShells.Contains(Path.GetFileName(Shell), StringComparer.Ordinal);

    /// <summary>Whether no password of it is right.</summary>
    public bool IsLocked => Hash is not null && (Hash.StartsWith('!') || Hash.StartsWith('*'));

    /// <summary>The accounts in the host's own files.</summary>
    /// <param name="host">The host.</param>
    /// <param name="withShadow">Whether passwords are asked for, which root alone may see.</param>
    public static IReadOnlyList<Account> Read(View host, bool withShadow = false)
    {
        var lines = host.Read("/etc/passwd") ?? throw new CannotLookException("there is no /etc/passwd");
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (withShadow)
        {
            foreach (var line in (host.Read("/etc/shadow") ?? throw new CannotLookException("there is no /etc/shadow")).Split('\n'))
            {
                if (line.Split(':') is [var name, var hash, ..])
                    hashes.TryAdd(name, hash);
            }
        }
        var accounts = new List<Account>();
        foreach (var line in lines.Split('\n'))
        {
            // Lines of NIS (+, -) name nobody here.
            if (line.Split(':') is not [{ Length: > 0 } name, var password, var uid, var gid, _, var home, var shell, ..] || name[0] is '+' or '-' or '#')
                continue;
            if (uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var user) && uint.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out var group))
                accounts.Add(new Account(name, user, group, home, shell.Trim(), password, hashes.GetValueOrDefault(name)));
        }
        return accounts.Count > 0 ? accounts : throw new CannotLookException("/etc/passwd has no line that this check understands");
    }

    /// <summary>The first id of people's accounts.</summary>
    /// <param name="host">The host.</param>
    public static uint FirstPerson(View host) =>
        host.Read("/etc/login.defs") is { } text && uint.TryParse(Text.Values(text, ' ').GetValueOrDefault("UID_MIN"), NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 1000;
}
