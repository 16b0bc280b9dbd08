using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Ledger;

/// <summary>What the ledger says in the log. Event ids 700 to 719.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(700, LogLevel.Error, "ledger {Path} cannot be written: {Reason}; mail goes on, {Dropped} decision records dropped since the start")]
    public static partial void DatabaseFailed(ILogger log, string path, string reason, long dropped);

    [LoggerMessage(701, LogLevel.Information, "ledger {Path} is written again, {Dropped} decision records dropped since the start")]
    public static partial void DatabaseBack(ILogger log, string path, long dropped);

    [LoggerMessage(702, LogLevel.Error, "ledger {Path} is corrupt ({Reason}): moved aside to {Aside}, a new one is made; exceptions made by a verb and the audit trail are in the old file")]
    public static partial void DatabaseCorrupt(ILogger log, string path, string reason, string aside);

    [LoggerMessage(703, LogLevel.Error, "decision records in {Folder} cannot be written: {Reason}; mail goes on, {Dropped} decision records dropped since the start")]
    public static partial void FilesFailed(ILogger log, string folder, string reason, long dropped);

    [LoggerMessage(704, LogLevel.Information, "decision records in {Folder} are written again, {Dropped} dropped since the start")]
    public static partial void FilesBack(ILogger log, string folder, long dropped);

    [LoggerMessage(705, LogLevel.Warning, "decision records come faster than they can be written, {Dropped} dropped since the start")]
    public static partial void QueueFull(ILogger log, long dropped);

    [LoggerMessage(706, LogLevel.Error, "{Waiting} entries (audit, deliveries, late refusals) wait in memory for the ledger to be written again; the oldest audit entry: {What} by {Who} from {Where}")]
    public static partial void ActsWait(ILogger log, int waiting, string what, string who, string where);

    [LoggerMessage(707, LogLevel.Error, "audit entry lost: {What} by {Who} from {Where}: {Reason}")]
    public static partial void AuditLost(ILogger log, string what, string who, string where, string reason);

    [LoggerMessage(708, LogLevel.Error, "the ledger could not be read at start: {Reason}; goes on without what is kept in it")]
    public static partial void NotRead(ILogger log, string reason);

    [LoggerMessage(709, LogLevel.Error, "the ledger's writer failed, it goes on with the next batch")]
    public static partial void WriterFailed(ILogger log, Exception exception);
}
