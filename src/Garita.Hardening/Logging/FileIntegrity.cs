using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class FileIntegrity : Check
{
    public override string Id => "file-integrity";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Programs and settings are compared with a known state every day";

    public override string Why => "A mail server that was changed goes on delivering mail; only a comparison tells that it copies it to somebody.";

    public override IReadOnlyList<string> References => ["Lynis FINT-4350", "CIS 6.3.1", "CIS 6.3.2", "NIST SP 800-45 §9.1"];

    public override string Expected => "AIDE with a database, and something that runs it; or tripwire, samhain, wazuh, osquery";

    public override string Mend => "apt-get install aide aide-common, run aideinit (some minutes), keep a copy of /var/lib/aide/aide.db elsewhere";

    private static readonly string[] Daemons = ["samhain.service", "wazuh-agent.service", "ossec.service", "osqueryd.service", "falcon-sensor.service"];

    private static readonly string[] Schedules = ["/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.d"];

    private static readonly string[] Programs = ["aide", "tripwire"];

    public override Finding Look(View host)
    {
        if (Daemons.FirstOrDefault(unit => host.Unit(unit) == UnitState.Enabled) is { } daemon)
            return Finding.Pass($"{daemon} is enabled");
        string[] installed = [.. Programs.Where(program => host.Exists("/usr/bin/" + program) || host.Exists("/usr/sbin/" + program))];
        if (installed.Length == 0)
            return host.Exists("/usr/bin") || host.Exists("/etc") ? Finding.Fail("nothing that compares files is installed") : throw new CannotLookException("/usr/bin is not there to be read");
        foreach (var program in installed)
        {
            if (!IsScheduled(host, program))
                continue;
            return program is "aide" && !host.Exists("/var/lib/aide/aide.db") && !host.Exists("/var/lib/aide/aide.db.gz") ? Finding.Fail("AIDE has no database to compare with: run aideinit") : Finding.Pass($"{program} is run regularly");
        }
        return Finding.Fail($"{string.Join(", ", installed)} is installed, but nothing runs it");
    }

    public override Repair? Repair(View host) => host.Exists("/usr/bin/aide") && host.Unit("dailyaidecheck.timer") == UnitState.Disabled && host.Exists("/var/lib/aide/aide.db")
        ? new(Risk.Low, "Some minutes of reading a day.", new SetUnit("dailyaidecheck.timer", UnitWish.Enable))
        : new(Risk.Low, "The first reading takes some minutes, and the daily one as long; its report is mailed to root.", new InstallPackages("aide", "aide-common"), new RunTool("aideinit", "-y", "-f"));

    private static bool IsScheduled(View host, string program)
    {
        if (program is "aide" && host.Unit("dailyaidecheck.timer") == UnitState.Enabled)
            return true;
        // Debian's cron.daily script leaves the work to the timer where systemd runs.
        if (program is "aide" && host.Unit("dailyaidecheck.timer") is not UnitState.Absent)
            return Mentions(host, "/etc/crontab", program) || (host.List("/etc/cron.d") ?? []).Any(name => Mentions(host, $"/etc/cron.d/{name}", program));
        return Mentions(host, "/etc/crontab", program) || Mentions(host, "/var/spool/cron/crontabs/root", program) || Schedules.Any(folder => (host.List(folder) ?? []).Any(name => Mentions(host, $"{folder}/{name}", program)));
    }

    private static bool Mentions(View host, string path, string program) => host.Lines(path)?.Any(line => line.Contains(program, StringComparison.Ordinal)) == true;
}
