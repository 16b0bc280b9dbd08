using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayUnitPrivileges : GatewayUnitCheck
{
    private const string Ports = "CAP_NET_BIND_SERVICE";

    public override string Id => "garita-unit-privileges";

    public override string Title => "The gateway has no privilege and gets none";

    public override string Why => "Whoever takes the process over has what it has: a port below 1024 at most, and no set-user-id program to climb on.";

    public override string Expected => $"NoNewPrivileges=yes, CapabilityBoundingSet= empty or {Ports}, no other AmbientCapabilities=";

    protected override Finding Look(GaritaUnit unit)
    {
        var wrong = new List<string>();
        if (!unit.IsOn("NoNewPrivileges"))
            wrong.Add(unit.Shown("NoNewPrivileges"));
        // Not said is all of them, and so is said with ~ what it must not have.
        if (!unit.Has("CapabilityBoundingSet") || !Few(unit, "CapabilityBoundingSet"))
            wrong.Add(unit.Shown("CapabilityBoundingSet"));
        if (!Few(unit, "AmbientCapabilities"))
            wrong.Add(unit.Shown("AmbientCapabilities"));
        return FileRights.Judge(wrong, $"NoNewPrivileges=yes, CapabilityBoundingSet={string.Join(' ', unit.All("CapabilityBoundingSet"))}");
    }

    private static bool Few(GaritaUnit unit, string key) => unit.All(key).SelectMany(Text.Words).All(static name => string.Equals(name, Ports, StringComparison.OrdinalIgnoreCase));
}
