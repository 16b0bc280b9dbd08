using Garita.Gateway;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Rules;

namespace Garita.Control;

/// <summary>Who acts, for the audit trail.</summary>
/// <param name="Who">User name and uid, or <c>system</c>.</param>
/// <param name="Where"><c>control.sock</c>, <c>signal</c> or <c>start</c>.</param>
internal readonly record struct Administrator(string Who, string Where);

/// <summary>What administrators can ask of a running gateway. Every act that changes something leaves an audit row.</summary>
internal interface IGatewayActs
{
    TimeProvider Time { get; }

    ILedger Ledger { get; }

    IBanActs Bans { get; }

    IQuarantineActs Quarantine { get; }

    ISpoolActs Spool { get; }

    GatewayStatus Status();

    Task<ReloadAnswer> ReloadAsync(Administrator administrator);

    /// <summary>Those of the file and those made by a verb.</summary>
    IReadOnlyList<ExceptionRule> Exceptions();

    Task AddExceptionAsync(Administrator administrator, ExceptionRule exception);

    /// <summary>Whether there was one.</summary>
    Task<bool> RemoveExceptionAsync(Administrator administrator, string id);

    /// <summary>Null: not an address.</summary>
    Task<RecipientView?> CheckRecipientAsync(string address);

    /// <summary>Reads sources of recipients now.</summary>
    Task<IReadOnlyList<SyncResult>> SyncRecipientsAsync(Administrator administrator, SyncRequest request);

    /// <summary>The addresses of a tenant that are in force; null: no such tenant, or nothing was read.</summary>
    RecipientList? Recipients(string tenant);

    /// <summary>Forgets that a recipient was refused late; false: not an address.</summary>
    bool ForgetRecipient(Administrator administrator, string address);
}
