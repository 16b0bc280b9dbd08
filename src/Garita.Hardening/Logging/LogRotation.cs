using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class LogRotation : Check
{
    public override string Id => "log-rotation";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Logs are rotated";

    public override string Why => "A log that fills the disk stops the mail and the recording of everything else.";

    public override IReadOnlyList<string> References => ["Lynis LOGG-2146", "CIS 6.1.3.8"];

    public override string Expected => "logrotate is installed and run daily";

    public override string Mend => "apt-get install logrotate && systemctl enable --now logrotate.timer";

    public override Finding Look(View host)
    {
        if (!host.Exists("/etc/logrotate.conf"))
            return host.Exists("/etc") ? Finding.Fail("logrotate is not installed") : throw new CannotLookException("/etc is not there to be read");
        // Debian's cron.daily script leaves the work to the timer where there is one.
        return host.Unit("logrotate.timer") switch
        {
            UnitState.Enabled => Finding.Pass("logrotate.timer is enabled"),
            UnitState.Absent when host.Exists("/etc/cron.daily/logrotate") => Finding.Pass("cron.daily runs logrotate"),
            UnitState.Absent => Finding.Fail("nothing runs logrotate"),
            var state => Finding.Fail($"logrotate.timer is {state.ToString().ToLowerInvariant()}"),
        };
    }

    public override Repair? Repair(View host) => host.Unit("logrotate.timer") == UnitState.Masked ? null : new(
        Risk.Low,
        "Old logs go as /etc/logrotate.d says.",
        [
            .. host.Exists("/etc/logrotate.conf") ? [] : new Change[] { new InstallPackages("logrotate") },
            new SetUnit("logrotate.timer", UnitWish.Enable),
        ]);
}
