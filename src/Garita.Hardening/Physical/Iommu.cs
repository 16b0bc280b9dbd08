using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Physical;

internal sealed class Iommu : Check
{
    public override string Id => "iommu";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Devices reach only the memory that is meant for them";

    public override string Why => "Without an IOMMU every card that is plugged in reads keys and passwords out of memory.";

    public override IReadOnlyList<string> References => ["Lynis STRG-1846", "NIST SP 800-45 §5"];

    public override string Expected => "the kernel uses an IOMMU (intel_iommu=on or AMD's own), and nothing turns it off";

    public override string Mend => "turn VT-d or AMD-Vi on in the firmware, add intel_iommu=on to GRUB_CMDLINE_LINUX, run update-grub";

    public override Finding Look(View host)
    {
        var entries = KernelCommandLine.Of(host);
        if (KernelCommandLine.Any(entries, "iommu=off", "intel_iommu=off", "amd_iommu=off", "iommu=pt", "iommu.passthrough=1") is { } word)
            return Finding.Fail($"the kernel is started with {word}");
        if (!host.IsLive)
            return KernelCommandLine.All(entries, "intel_iommu=on") ? Finding.Pass("intel_iommu=on on the kernel's command line") : throw new CannotLookException("whether there is an IOMMU is seen on the running system only");
        if (host.List("/sys/class/iommu") is { Count: > 0 } units)
            return Finding.Pass($"{units.Count.ToString(CultureInfo.InvariantCulture)} in use: {string.Join(", ", units)}");
        var processor = host.Read("/proc/cpuinfo") ?? throw new CannotLookException("/proc/cpuinfo is missing");
        return Text.Lines(processor).Any(static line => line.StartsWith("flags", StringComparison.Ordinal) && Text.Words(line).Contains("hypervisor", StringComparer.Ordinal))
            ? Finding.NotApplicable("a virtual machine: its host decides")
            : Finding.Fail("the kernel uses none");
    }
}
