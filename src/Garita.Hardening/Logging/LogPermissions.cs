using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class LogPermissions : Check
{
    public override string Id => "log-permissions";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Logs are not for everybody to read, and nobody else's to write";

    public override string Why => "Logs hold addresses, names and sometimes passwords typed into the wrong field; whoever writes them erases traces.";

    public override IReadOnlyList<string> References => ["CIS 6.1.4.1", "Lynis LOGG-2192", "NIST SP 800-45 §9.1"];

    public override string Expected => "under /var/log nothing is writable by others; mail, auth, sudo and system logs are not readable by others; /var/log/audit is root's";

    public override string Mend => "chmod o-rwx the files named";

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Private = ["auth.log", "secure", "mail.log", "mail.info", "mail.err", "mail.warn", "maillog", "syslog", "messages", "user.log", "daemon.log", "kern.log", "debug", "cron.log", "sudo.log", "dovecot.log", "dovecot-info.log", "btmp"];

    public override Finding Look(View host)
    {
        if (host.List("/var/log") is null)
            throw new CannotLookException("/var/log is not there to be read");
        var loose = Loose(host);
        return loose.Count == 0 ? Finding.Pass("nothing is open to others that should not be") : Finding.Fail(string.Join(", ", loose.Select(static one => $"{one.Path} is {one.Facts.Octal}")));
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Programs that read these logs without being in group adm (statistics, fail2ban under a user of its own) no longer can.",
        [.. Loose(host).Select(static one => new SetMode(one.Path, one.Facts.Mode & ~(one.IsPrivate ? Others : UnixFileMode.OtherWrite)))]);

    private static List<(string Path, FileFacts Facts, bool IsPrivate)> Loose(View host)
    {
        var loose = new List<(string, FileFacts, bool)>();
        void Add(string path, bool isPrivate)
        {
            // A link's own rights say nothing, and its target is somebody else's.
            if (host.LinkTarget(path) is null && host.Stat(path) is { } facts && facts.OthersMay(isPrivate ? Others : UnixFileMode.OtherWrite))
                loose.Add((path, facts, isPrivate));
        }

        Add("/var/log", isPrivate: false);
        foreach (var name in host.List("/var/log") ?? [])
            Add($"/var/log/{name}", name is "audit" || Private.Any(one => name.StartsWith(one, StringComparison.Ordinal) && (name.Length == one.Length || name[one.Length] is '.' or '-')));
        foreach (var name in host.List("/var/log/audit") ?? [])
            Add($"/var/log/audit/{name}", isPrivate: true);
        return loose;
    }
}
