using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayUnitSandbox : GatewayUnitCheck
{
    private static readonly string[] On =
    [
        "PrivateTmp", "PrivateDevices", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "LockPersonality", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    ];

    public override string Id => "garita-unit-sandbox";

    public override string Title => "The gateway sees and writes only what is its own";

    public override string Why => "A drop-in that was made for a test, and stayed, opens the host to whoever breaks into the gateway.";

    public override string Expected => "ProtectSystem=strict, ProtectHome=yes, a SystemCallFilter=, RestrictAddressFamilies= of AF_INET, AF_INET6, AF_UNIX (AF_NETLINK), and the other Protect, Private and Restrict settings on";

    protected override Finding Look(GaritaUnit unit)
    {
        var wrong = new List<string>();
        if (unit.Value("ProtectSystem") is not "strict")
            wrong.Add(unit.Shown("ProtectSystem"));
        if (!unit.IsOn("ProtectHome") && unit.Value("ProtectHome") is not "tmpfs")
            wrong.Add(unit.Shown("ProtectHome"));
        if (unit.All("SystemCallFilter").Count == 0 || unit.All("SystemCallFilter")[0].StartsWith('~'))
            wrong.Add(unit.Shown("SystemCallFilter"));
        var families = unit.All("RestrictAddressFamilies").SelectMany(Text.Words).ToArray();
        if (families.Length == 0 || !families.All(static family => family is "AF_INET" or "AF_INET6" or "AF_UNIX" or "AF_NETLINK"))
            wrong.Add(unit.Shown("RestrictAddressFamilies"));
        wrong.AddRange(On.Where(key => !unit.IsOn(key)).Select(unit.Shown));
        // A strict file system that is opened again.
        wrong.AddRange(unit.All("ReadWritePaths").SelectMany(Text.Words).Where(static path => path.TrimStart('-', '+') is "/" or "/etc" or "/usr" or "/etc/garita" or "/usr/lib/garita").Select(static path => $"ReadWritePaths={path}"));
        return FileRights.Judge(wrong, "ProtectSystem=strict and the others on");
    }
}
