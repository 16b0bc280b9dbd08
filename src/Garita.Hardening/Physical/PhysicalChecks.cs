namespace Garita.Hardening.Physical;

/// <summary>Measure 1: who stands before the machine.</summary>
internal static class PhysicalChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new CtrlAltDel(),
    ];
}
