namespace Garita.Hardening.Logging;

/// <summary>Measure 3: whether what administrators do is written down.</summary>
internal static class LoggingChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new AuditDaemon(),
        new AuditSudoers(),
        new AuditRootCommands(),
        new AuditIdentity(),
        new AuditLogins(),
        new AuditSessions(),
        new AuditModules(),
        new AuditTime(),
        new AuditSsh(),
        new AuditSettings(),
        new AuditMailSettings(),
        new AuditMailboxes(),
        new AuditImmutable(),
        new AuditLogSize(),
        new AuditDiskFull(),
        new AuditAtBoot(),
        new SudoLog(),
        new SudoPty(),
        new PersistentJournal(),
        new RemoteLog(),
        new LogPermissions(),
        new LogFileMode(),
        new Clock(),
        new FileIntegrity(),
        new LogRotation(),
    ];
}
