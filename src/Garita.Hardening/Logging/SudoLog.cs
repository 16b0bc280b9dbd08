using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class SudoLog : Check
{
    public override string Id => "sudo-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "sudo writes a log of its own";

    public override string Why => "Who did what as root can then be read without searching, also where syslog is lost.";

    public override IReadOnlyList<string> References => ["CIS 5.2.3", "NIST SP 800-45 §9.1"];

    public override string Expected => "Defaults logfile=…, and syslog not turned off, for everybody";

    public override string Mend => "write Defaults logfile=\"/var/log/sudo.log\" into /etc/sudoers.d/zz-garita-log (visudo -f)";

    public override Finding Look(View host)
    {
        if (SudoDefaults.Read(host) is not { } defaults)
            return Finding.NotApplicable("no sudo here");
        if ((defaults.TurnedOffFor("logfile") ?? defaults.TurnedOffFor("syslog")) is { } scope)
            return Finding.Fail($"turned off for {scope}");
        if (defaults.Value("syslog") is "")
            return Finding.Fail("Defaults !syslog: nothing reaches the log host");
        return defaults.Value("logfile") is { Length: > 0 } file ? Finding.Pass($"logfile={file}") : Finding.Fail("no Defaults logfile");
    }

    public override Repair? Repair(View host) => SudoDefaults.Read(host) is not { ReadsDropIns: true } defaults || (defaults.TurnedOffFor("logfile") ?? defaults.TurnedOffFor("syslog")) is not null ? null : new(
        Risk.Low,
        "/var/log/sudo.log grows; /etc/logrotate.d/garita-sudo rotates it.",
        new PutFile("/etc/sudoers.d/zz-garita-log", "Defaults syslog=authpriv\nDefaults logfile=\"/var/log/sudo.log\"\n", UnixFileMode.UserRead | UnixFileMode.GroupRead),
        new PutFile("/etc/logrotate.d/garita-sudo", "/var/log/sudo.log {\n\tmonthly\n\trotate 12\n\tcompress\n\tmissingok\n\tnotifempty\n\tcreate 0600 root root\n}\n"))
    {
        Touches = Touches.Pam,
    };
}
