using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayWardenUnit : GatewayCheck
{
    public override string Id => "garita-warden-unit";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "The warden may change the packet filter and nothing else";

    public override string Why => "It is the only lasting process with a privilege; with more of them a hole in it would be the whole host.";

    public override IReadOnlyList<string> References => ["Lynis BOOT-5264", "systemd.exec(5)"];

    public override string Expected => "User= not root, CapabilityBoundingSet=CAP_NET_ADMIN, NoNewPrivileges=yes, no RestrictAddressFamilies= of the network";

    public override string Mend => "take what weakens it out of the drop-ins (systemctl edit garita-warden), then systemctl restart garita-warden";

    public override Finding Look(View host)
    {
        if (GaritaUnit.Read(host, GaritaUnit.Warden) is not { } unit)
            return Finding.NotApplicable("no garita-warden.service");
        var wrong = new List<string>();
        if (!unit.IsOn("DynamicUser") && unit.Value("User") is "" or "root" or "0")
            wrong.Add(unit.Shown("User"));
        if (!unit.Has("CapabilityBoundingSet") || unit.All("CapabilityBoundingSet").Concat(unit.All("AmbientCapabilities")).SelectMany(Text.Words).Any(static name => !string.Equals(name, "CAP_NET_ADMIN", StringComparison.OrdinalIgnoreCase)))
            wrong.Add($"{unit.Shown("CapabilityBoundingSet")}, {unit.Shown("AmbientCapabilities")}");
        if (!unit.IsOn("NoNewPrivileges"))
            wrong.Add(unit.Shown("NoNewPrivileges"));
        var families = unit.All("RestrictAddressFamilies").SelectMany(Text.Words).ToArray();
        if (families.Length == 0 || !families.All(static family => family is "AF_UNIX" or "AF_NETLINK"))
            wrong.Add(unit.Shown("RestrictAddressFamilies"));
        return FileRights.Judge(wrong, "CAP_NET_ADMIN, no network");
    }
}
