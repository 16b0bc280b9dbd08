namespace Garita.Hardening.Physical;

/// <summary>Measure 1: who stands before the machine.</summary>
internal static class PhysicalChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new CtrlAltDel(),
        new BootLoaderPassword(),
        new BootLoaderFile(),
        new RescuePassword(),
        new CtrlAltDelBurst(),
        new MagicSysRq(),
        new DebugShell(),
        new UsbStorage(),
        new FireWire(),
        new Thunderbolt(),
        new UsbAuthorization(),
        new Iommu(),
        new SecureBoot(),
        new Wireless(),
        new Bluetooth(),
        new Automount(),
        new ConsoleAutologin(),
        new ShellTimeout(),
        new DiskEncryption(),
    ];
}
