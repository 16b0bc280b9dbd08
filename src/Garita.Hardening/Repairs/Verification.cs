
namespace Garita.Hardening.Repairs;

/// <summary>Programs that say whether settings can be read, by where the settings lie. A service is not reloaded, and a repair does not stay, unless they say so.</summary>
internal sealed record Verification(string Folder, string Program, params IReadOnlyList<string> Arguments)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Verification[] All =
    [
        new("/etc/ssh/", "sshd", "-t"),
        new("/etc/sudoers", "visudo", "-c", "-q"),
        new("/etc/nftables", "nft", "-c", "-f", "/etc/nftables.conf"),
        new("/etc/postfix/", "postfix", "check"),
        new("/etc/dovecot/", "doveconf", "-n"),
        new("/etc/exim4/", "exim4", "-bV"),
        new("/etc/smtpd.conf", "smtpd", "-n"),
    ];

    /// <summary>Those that some paths ask for.</summary>
    public static IReadOnlyList<Verification> For(IEnumerable<string> paths)
    {
        var known = paths.ToArray();
        return [.. All.Where(one => known.Any(path => path.StartsWith(one.Folder, StringComparison.Ordinal)))];
    }

    /// <summary>What is wrong; null when nothing is, or the program is not here: then nothing reads those settings.</summary>
    public string? Problem(IPrograms programs)
    {
        if (!programs.Has(Program))
            return null;
        // The unit makes it when it starts (RuntimeDirectory=); sshd -t wants it too when the server does not run.
        if (Program is "sshd" && !Directory.Exists("/run/sshd"))
            Directory.CreateDirectory("/run/sshd", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var result = programs.Run(Program, Arguments, Patience);
        return result.ExitCode == 0 ? null : $"{Program} {string.Join(' ', Arguments)}: {Said(result)}";
    }

    /// <summary>The last line that a program complained with.</summary>
    public static string Said(CommandResult result)
    {
        var lines = (result.Error.Trim().Length > 0 ? result.Error : result.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? $"ended with code {result.ExitCode}" : lines.FirstOrDefault(static line => line.StartsWith("E:", StringComparison.Ordinal)) ?? lines[^1];
    }
}
