using Garita.Hardening.Host;

namespace Garita.Hardening.Software;

internal sealed class SetuidPrograms : Check
{
    private static readonly string[] Folders = ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/bin/", "/sbin/", "/lib/"];
    private static readonly string[] Everybodys = ["/tmp/", "/var/tmp/", "/dev/shm/", "/home/", "/var/www/", "/srv/", "/var/mail/", "/var/spool/mail/"];

    private static readonly HashSet<string> Known = new(
    [
        // login, passwd, util-linux, sudo, PAM
        "chage", "chfn", "chsh", "expiry", "gpasswd", "mount", "newgidmap", "newgrp", "newuidmap", "passwd", "su", "sudo", "sudoedit", "umount", "unix_chkpwd", "wall", "write", "write.ul", "pam_extrausers_chkpwd",
        // openssh, cron, at, polkit, dbus, utempter
        "ssh-agent", "ssh-keysign", "crontab", "at", "polkit-agent-helper-1", "pkexec", "dbus-daemon-launch-helper", "utempter", "fusermount", "fusermount3", "dotlockfile", "bsd-write", "screen", "ntfs-3g",
        // mail: Postfix, Exim, Sendmail, OpenSMTPD, Dovecot, procmail, maildrop, s-nail
        "postdrop", "postqueue", "postlog", "exim4", "sendmail", "sendmail-mta", "mailstats", "smtpctl", "lockspool", "mail.local", "mail-lock", "mail-unlock", "mail-touchlock", "procmail", "lockfile", "maildrop", "deliver", "s-nail-dotlock", "mlock",
    ], StringComparer.Ordinal);

    public override string Id => "setuid-programs";

    public override Measure Measure => Measure.Software;

    public override string Title => "Programs that run with the rights of others are known ones";

    public override string Why => "Each of them is a door from any account, such as that of a mail daemon, to root.";

    public override IReadOnlyList<string> References => ["CIS 7.1.13", "NIST SP 800-45 §5.1", "SSG file_permissions_unauthorized_suid"];

    public override string Expected => "set-user-id and set-group-id files of Debian and of the mail servers, or named in /etc/garita/allowed";

    public override string Mend => "chmod u-s,g-s FILE, or allow it by a line `setuid FILE` in /etc/garita/allowed";

    public override Finding Look(View host)
    {
        string[] roots = ["/", .. OtherFileSystems(host)];
        var result = host.Run("find", [.. roots, "-xdev", "-perm", "/6000", "-type", "f"]);
        // Files come and go while it looks; anything else means that it did not see all.
        if (Text.Lines(result.Error).FirstOrDefault(static line => !line.EndsWith("No such file or directory", StringComparison.Ordinal)) is { } problem)
            throw new CannotLookException(problem);
        var allowed = Allowed.Names(host, "setuid");
        var found = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(path => !allowed.Contains(path)).ToArray();
        var worst = found.Where(static path => Everybodys.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))).ToArray();
        if (worst.Length > 0)
            return Finding.Fail($"where users write: {string.Join(", ", worst.Take(20))}");
        var others = found.Where(static path => !Known.Contains(Path.GetFileName(path)) || !Folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))).ToArray();
        return others.Length > 0 ? Finding.Warning($"not among the usual {found.Length - others.Length}: {string.Join(", ", others.Take(20))}") : Finding.Pass($"{found.Length}, all usual ones");
    }

    /// <summary>Mounted disks on which the bits count.</summary>
    private static IEnumerable<string> OtherFileSystems(View host)
    {
        foreach (var words in (host.Lines("/proc/mounts") ?? []).Select(Text.Words).Where(static words => words.Length > 3))
        {
            var onDisk = words[2] is "ext2" or "ext3" or "ext4" or "xfs" or "btrfs" or "f2fs" or "jfs" or "zfs" or "tmpfs";
            if (onDisk && !string.Equals(words[1], "/", StringComparison.Ordinal) && words[1][0] == '/' && !words[1].Contains('\\', StringComparison.Ordinal) && !words[1].StartsWith("/proc", StringComparison.Ordinal)
                && !words[3].Split(',').Contains("nosuid", StringComparer.Ordinal) && host.Stat(words[1]) is { IsFolder: true })
                yield return words[1];
        }
    }
}
