using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class MagicSysRq : Check
{
    public override string Id => "magic-sysrq";

    public override Measure Measure => Measure.Physical;

    public override string Title => "The keyboard cannot command the kernel";

    public override string Why => "Alt-SysRq restarts, crashes or dumps the host without any login, from a keyboard or a serial console.";

    public override IReadOnlyList<string> References => ["Lynis KRNL-6000", "SSG sysctl_kernel_sysrq"];

    public override string Expected => "kernel.sysrq is 0, or only keyboard control (4) and sync (16)";

    public override string Mend => "write kernel.sysrq = 0 into /etc/sysctl.d/zz-garita-sysrq.conf and run sysctl --system";

    // Bits of Documentation/admin-guide/sysrq.rst that harm nobody: control of the keyboard, sync.
    private const int Harmless = 4 | 16;

    public override Finding Look(View host)
    {
        if (host.IsLive && host.Exists("/proc/sys/kernel") && !host.Exists("/proc/sys/kernel/sysrq"))
            return Finding.NotApplicable("this kernel has no such commands");
        var value = host.Sysctl("kernel.sysrq");
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            throw new CannotLookException($"kernel.sysrq is \"{value}\"");
        return (bits & ~Harmless) == 0 ? Finding.Pass($"kernel.sysrq = {value}") : Finding.Fail($"kernel.sysrq = {value}");
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "A hanging host can no longer be synced and restarted from its keyboard.",
        [
            new PutFile("/etc/sysctl.d/zz-garita-sysrq.conf", "# No commands to the kernel from a keyboard.\nkernel.sysrq = 0\n"),
            // Read after all drop-ins.
            .. Text.Values(host.Read("/etc/sysctl.conf") ?? "").Keys.Any(static key => key.TrimStart('-') is "kernel.sysrq" or "kernel/sysrq") ? new Change[] { new SetLine("/etc/sysctl.conf", @"^\s*-?\s*kernel[./]sysrq\s*=", "kernel.sysrq = 0") } : [],
            .. host.IsLive ? new Change[] { new RunTool("sysctl", "-w", "kernel.sysrq=0") { Undo = ["sysctl", "-w", "kernel.sysrq=" + host.Sysctl("kernel.sysrq")] } } : [],
        ]);
}
