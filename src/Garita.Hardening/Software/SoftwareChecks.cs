namespace Garita.Hardening.Software;

/// <summary>Measure 4: what a mail server does not need.</summary>
internal static class SoftwareChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new ListeningSockets(),
        new AvahiAbsent(),
        new CupsAbsent(),
        new NfsServerAbsent(),
        new RpcbindAbsent(),
        new SambaAbsent(),
        new SnmpAbsent(),
        new TftpServerAbsent(),
        new FtpServerAbsent(),
        new TelnetServerAbsent(),
        new XServerAbsent(),
        new TelnetClientAbsent(),
        new RshClientAbsent(),
        new NisAbsent(),
        new FtpClientAbsent(),
        new OneMailServer(),
        new Compilers(),
        new UnusedFilesystems(),
        new UnusedProtocols(),
        new SetuidPrograms(),
        new CronAllowList(),
        new UnitExposure(),
    ];
}
