using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class ProcessorHoles : Check
{
    public override string Id => "processor-holes";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Holes of the processor are closed";

    public override string Why => "Through them a program of one account, a mail filter for example, reads keys out of another's memory.";

    public override IReadOnlyList<string> References => ["Lynis KRNL-5677", "NIST SP 800-45 §5.1"];

    public override string Expected => "nothing under /sys/devices/system/cpu/vulnerabilities is Vulnerable";

    public override string Mend => "install intel-microcode or amd64-microcode (non-free-firmware), take mitigations=off out of the kernel's command line, restart";

    private const string Folder = "/sys/devices/system/cpu/vulnerabilities";

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("what the kernel does about them is seen on the running system only");
        var names = host.List(Folder) ?? throw new CannotLookException($"{Folder} is missing");
        var states = names.Select(name => (Name: name, State: host.Read($"{Folder}/{name}")?.Trim() ?? "")).ToArray();
        string[] open = [.. states.Where(static hole => hole.State.StartsWith("Vulnerable", StringComparison.Ordinal)).Select(static hole => $"{hole.Name}: {hole.State}")];
        if (open.Length > 0)
            return Finding.Fail(string.Join("; ", open));
        return states.Length == 0 ? throw new CannotLookException($"{Folder} is empty") : Finding.Pass($"{states.Length.ToString(CultureInfo.InvariantCulture)} known, none open");
    }
}
