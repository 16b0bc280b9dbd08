using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class DebugShell : Check
{
    public override string Id => "debug-shell";

    public override Measure Measure => Measure.Physical;

    public override string Title => "No root shell waits on the ninth console";

    public override string Why => "debug-shell.service gives everybody who presses Alt-F9 a root shell without a password, from the first second of the start.";

    public override IReadOnlyList<string> References => ["SSG service_debug-shell_disabled", "Lynis BOOT-5264"];

    public override string Expected => "debug-shell.service is not enabled, and the kernel is not started with systemd.debug-shell";

    public override string Mend => "systemctl mask debug-shell.service; take systemd.debug-shell out of the kernel's command line";

    public override Finding Look(View host)
    {
        var state = host.Unit("debug-shell.service");
        if (state == UnitState.Absent)
            return Finding.NotApplicable("no debug-shell.service here");
        if (state == UnitState.Enabled)
            return Finding.Fail("debug-shell.service is enabled");
        if (state == UnitState.Masked)
            return Finding.Pass("debug-shell.service is masked");
        return KernelCommandLine.Of(host).SelectMany(static words => words).FirstOrDefault(IsAsked) is { } word ? Finding.Fail($"the kernel is started with {word}") : Finding.Pass("nothing starts debug-shell.service");
    }

    public override Repair? Repair(View host) => new(Risk.Low, "A start that hangs can no longer be looked into from the ninth console.", new SetUnit("debug-shell.service", UnitWish.Mask));

    private static bool IsAsked(string word)
    {
        var parts = word.Replace('_', '-').Split('=', 2);
        return parts[0] is "systemd.debug-shell" or "rd.systemd.debug-shell" && (parts.Length == 1 || parts[1] is not ("0" or "no" or "n" or "false" or "f" or "off"));
    }
}
