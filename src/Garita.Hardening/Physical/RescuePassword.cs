using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class RescuePassword : Check
{
    public override string Id => "rescue-password";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Rescue and emergency mode ask for root's password";

    public override string Why => "A damaged file system drops the host into them; without the question whoever stands there is root.";

    public override IReadOnlyList<string> References => ["Lynis BOOT-5260", "SSG require_singleuser_auth", "NIST SP 800-45 §5"];

    public override string Expected => "rescue.service and emergency.service start sulogin, without SYSTEMD_SULOGIN_FORCE, and root's password is not empty";

    public override string Mend => "remove what overrides rescue.service and emergency.service in /etc/systemd/system, give root a password or lock it (passwd -l root)";

    private static readonly string[] Units = ["rescue", "emergency"];

    public override Finding Look(View host)
    {
        var root = host.Lines("/etc/shadow")?.FirstOrDefault(static line => line.StartsWith("root:", StringComparison.Ordinal)) ?? throw new CannotLookException("/etc/shadow has no line for root");
        if (root.Split(':')[1].Length == 0)
            return Finding.Fail("root's password is empty");
        var seen = 0;
        foreach (var unit in Units)
        {
            if (host.Unit(unit + ".service") == UnitState.Masked)
            {
                seen++;
                continue;
            }
            if (SystemdSettings.OfUnit(host, unit + ".service", "Service", "ExecStart") is not { } starts)
                continue;
            seen++;
            if (starts.FirstOrDefault(static start => !start.Contains("sulogin", StringComparison.Ordinal)) is { } open)
                return Finding.Fail($"{unit}.service starts {open}");
            if (starts.Count == 0)
                throw new CannotLookException($"{unit}.service has no ExecStart");
            if (SystemdSettings.OfUnit(host, unit + ".service", "Service", "Environment")?.LastOrDefault(static value => value.Contains("SYSTEMD_SULOGIN_FORCE", StringComparison.Ordinal)) is { } forced && IsOn(forced))
                return Finding.Fail($"{unit}.service lets root in without a password: {forced}");
        }
        return seen == 0 ? Finding.NotApplicable("no systemd here") : Finding.Pass("both start sulogin, and root's password is set or locked");
    }

    public override Repair? Repair(View host)
    {
        // An empty password is a person's to fill.
        if (host.Lines("/etc/shadow")?.Any(static line => line.StartsWith("root::", StringComparison.Ordinal)) != false)
            return null;
        return new Repair(
            Risk.Medium,
            "Where root is locked, rescue mode cannot be entered at all: a rescue system is needed then.",
            [.. Units.Select(static unit => new PutFile($"/etc/systemd/system/{unit}.service.d/zz-garita.conf", $"[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=0\nExecStart=\nExecStart=-/lib/systemd/systemd-sulogin-shell {unit}\n"))]);
    }

    private static bool IsOn(string environment)
    {
        var value = environment[(environment.LastIndexOf("SYSTEMD_SULOGIN_FORCE=", StringComparison.Ordinal) + "SYSTEMD_SULOGIN_FORCE=".Length)..];
        return value.Trim('"', '\'').Split(' ', 2)[0].Trim('"', '\'') is "1" or "yes" or "y" or "true" or "t" or "on";
    }
}
