using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Logging.Audit;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class AuditImmutable : Check
{
    public override string Id => "audit-immutable";

    public override Measure Measure => Measure.Logging;

    public override string Title => "The recording cannot be turned off before a restart";

    public override string Why => "Root can delete rules as easily as load them; locked, even root has to restart the host, which is seen.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.20", "NIST SP 800-45 §9.1"];

    public override string Expected => "the last -e of auditd's rules is \"-e 2\"";

    public override string Mend => "write \"-e 2\" into /etc/audit/rules.d/zz-garita-locked.rules when all other rules are as they should be, then restart the host";

    public override Finding Look(View host)
    {
        if (AuditRules.OnDisk(host) is not { } rules)
            return Finding.Fail("auditd has no rules here");
        if (rules.Mode != 2)
            return Finding.Fail(rules.Mode is { } mode ? $"{rules.Source} says -e {mode.ToString(CultureInfo.InvariantCulture)}" : $"{rules.Source} has no -e 2");
        if (!host.IsLive)
            return Finding.Pass($"{rules.Source} ends with -e 2");
        var enabled = Text.Values(host.Ask("auditctl", "-s"), ' ').GetValueOrDefault("enabled");
        return enabled is "2" ? Finding.Pass("the kernel's rules are locked") : Finding.Fail($"-e 2 is written, but the kernel says enabled {enabled}");
    }

    public override Repair? Repair(View host) => AuditRules.OnDisk(host) is { Source: "/etc/audit/audit.rules", Rules.Count: > 0 } ? null : new(
        Risk.Medium,
        "Further changes of the rules, repairs by this program too, need a restart of the host. Locked from the next start on.",
        new PutFile("/etc/audit/rules.d/zz-garita-locked.rules", "# The rules stay as they are until the next start.\n-e 2\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead));
}
