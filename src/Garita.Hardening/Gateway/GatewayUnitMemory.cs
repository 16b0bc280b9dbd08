using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayUnitMemory : GatewayUnitCheck
{
    public override string Id => "garita-unit-memory";

    public override string Title => "The gateway runs nothing that was written while it ran";

    public override string Why => "A buffer overflow becomes a break-in by running what was sent: with this the kernel refuses to make it executable.";

    public override string Expected => "MemoryDenyWriteExecute=yes, SystemCallArchitectures=native";

    protected override Finding Look(GaritaUnit unit)
    {
        var wrong = new List<string>();
        if (!unit.IsOn("MemoryDenyWriteExecute"))
            wrong.Add(unit.Shown("MemoryDenyWriteExecute"));
        // Another architecture's calls would go past the filter that keeps it so.
        if (unit.All("SystemCallArchitectures").SelectMany(Text.Words).Any(static name => name is not "native") || unit.All("SystemCallArchitectures").Count == 0)
            wrong.Add(unit.Shown("SystemCallArchitectures"));
        return FileRights.Judge(wrong, "MemoryDenyWriteExecute=yes");
    }
}
