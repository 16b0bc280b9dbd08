using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class Clock : Check
{
    public override string Id => "clock";

    public override Measure Measure => Measure.Logging;

    public override string Title => "One service keeps the clock right";

    public override string Why => "Logs of several hosts cannot be put together otherwise, DKIM signatures expire too early or too late, and certificates fail.";

    public override IReadOnlyList<string> References => ["Lynis TIME-3104", "Lynis TIME-3185", "CIS 2.3.1.1", "NIST SP 800-45 §9.1"];

    public override string Expected => "exactly one of chrony, ntpsec, openntpd and systemd-timesyncd is enabled, and it keeps time";

    public override string Mend => "apt-get install chrony, or systemctl enable --now systemd-timesyncd";

    private static readonly (string Name, string[] Units)[] Services =
    [
        ("chrony", ["chrony.service", "chronyd.service"]),
        ("ntpsec", ["ntpsec.service", "ntp.service", "ntpd.service"]),
        ("openntpd", ["openntpd.service"]),
        ("systemd-timesyncd", ["systemd-timesyncd.service"]),
    ];

    public override Finding Look(View host)
    {
        string[] on = [.. Services.Where(service => service.Units.Any(unit => host.Unit(unit) == UnitState.Enabled)).Select(static service => service.Name)];
        if (on.Length == 0)
            return host.Exists("/etc") ? Finding.Fail("no service keeps the clock") : throw new CannotLookException("/etc is not there to be read");
        if (on.Length > 1)
            return Finding.Warning($"several at once: {string.Join(", ", on)}");
        if (!host.IsLive || !host.Has("timedatectl"))
            return Finding.Pass($"{on[0]} is enabled");
        return host.Ask("timedatectl", "show", "--property=NTPSynchronized", "--value").Trim() is "yes" ? Finding.Pass($"{on[0]} keeps time") : Finding.Fail($"{on[0]} is enabled, but the clock is not synchronised");
    }

    public override Repair? Repair(View host)
    {
        if (Services.Any(service => service.Units.Any(unit => host.Unit(unit) == UnitState.Enabled)))
            return null;
        return new Repair(
            Risk.Low,
            "The clock may jump once. Outbound UDP port 123 has to be open.",
            host.Unit("systemd-timesyncd.service") == UnitState.Disabled ? new SetUnit("systemd-timesyncd.service", UnitWish.Enable) : new InstallPackages("chrony"));
    }
}
