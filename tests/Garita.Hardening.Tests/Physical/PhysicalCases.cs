using Garita.Hardening.Physical;

namespace Garita.Hardening.Tests.Physical;

internal static class PhysicalCases
{
    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new CtrlAltDel(),
            root => root.Link("/etc/systemd/system/ctrl-alt-del.target", "/dev/null"),
            root => root.File("/lib/systemd/system/ctrl-alt-del.target", "[Unit]\n")),
    ];
}
