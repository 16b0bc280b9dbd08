using Garita.Hardening.Host;
using Garita.Hardening.Logging.Audit;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class AuditDaemon : Check
{
    public override string Id => "audit-daemon";

    public override Measure Measure => Measure.Logging;

    public override string Title => "auditd writes down what the rules ask for";

    public override string Why => "What an intruder or an administrator did as root is in no mail log; without auditd nobody can tell afterwards.";

    public override IReadOnlyList<string> References => ["Lynis ACCT-9628", "CIS 6.2.1.1", "CIS 6.2.1.2", "NIST SP 800-45 §9.1"];

    public override string Expected => "auditd is installed, enabled and, on the running system, takes the kernel's records";

    public override string Mend => "apt-get install auditd && systemctl enable --now auditd";

    public override Finding Look(View host)
    {
        if (!IsInstalled(host))
            return Finding.Fail("auditd is not installed");
        if (host.Unit("auditd.service") is var state && state != UnitState.Enabled)
            return Finding.Fail($"auditd.service is {state.ToString().ToLowerInvariant()}");
        if (AuditRules.OnDisk(host)?.Silenced is { } silenced)
            return Finding.Fail(silenced);
        if (!host.IsLive)
            return Finding.Pass("auditd is installed and enabled");
        var status = Text.Values(host.Ask("auditctl", "-s"), ' ');
        return status.GetValueOrDefault("enabled") is not ("1" or "2") ? Finding.Fail($"the kernel records nothing (enabled {status.GetValueOrDefault("enabled")})")
            : status.GetValueOrDefault("pid") is null or "0" ? Finding.Fail("auditd does not run")
            : Finding.Pass($"auditd runs, enabled {status["enabled"]}");
    }

    public override Repair? Repair(View host) => host.Unit("auditd.service") == UnitState.Masked || AuditRules.OnDisk(host)?.Silenced is not null ? null : new(
        Risk.Low,
        "Records take room under /var/log/audit.",
        [
            .. IsInstalled(host) ? [] : new Change[] { new InstallPackages("auditd") },
            new SetUnit("auditd.service", UnitWish.Enable),
        ]);

    private static bool IsInstalled(View host) => host.Exists("/usr/sbin/auditd") || host.Exists("/sbin/auditd");
}
