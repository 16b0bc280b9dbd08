using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Ledger;

/// <summary>
/// What is kept. Writing never blocks and never throws: it goes through a bounded queue that a writer empties in batches;
/// when the disk is full, records are dropped and counted, mail is not stopped.
/// </summary>
public interface ILedger : IAsyncDisposable
{
    /// <summary>Takes a decision record. Never blocks.</summary>
    /// <param name="record">The record.</param>
    void Record(DecisionRecord record);

    /// <summary>Takes an administrative act. Never dropped silently: counted and logged when the ledger cannot be written.</summary>
    /// <param name="entry">The act.</param>
    void Audit(AuditEntry entry);

    /// <summary>Records that mention a session id, an address (sender, recipient) or a client or network, newest first.</summary>
    /// <param name="what">Session id, address, <c>@domain</c>, IP address or CIDR.</param>
    /// <param name="most">At most this many.</param>
    Task<IReadOnlyList<DecisionRecord>> ExplainAsync(string what, int most);

    /// <summary>Administrative acts, newest first.</summary>
    /// <param name="most">At most this many.</param>
    Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(int most);

    /// <summary>Exceptions made by a verb that have not ended.</summary>
    Task<IReadOnlyList<ExceptionRule>> ExceptionsAsync();

    /// <summary>Adds an exception, durably.</summary>
    /// <param name="exception">The exception.</param>
    Task AddExceptionAsync(ExceptionRule exception);

    /// <summary>Removes an exception, durably.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveExceptionAsync(string id);

    /// <summary>Deliveries whose answer may not have arrived and that are not yet 5 days old, for filling the delivery memory at start.</summary>
    Task<IReadOnlyList<RememberedDelivery>> DeliveriesAsync();

    /// <summary>Keeps such a delivery. Never blocks.</summary>
    /// <param name="delivery">The delivery.</param>
    void Remember(RememberedDelivery delivery);

    /// <summary>Late refusals that have not ended, for filling the memory at start.</summary>
    Task<IReadOnlyList<RememberedRefusal>> RefusalsAsync();

    /// <summary>Keeps a late refusal. Never blocks.</summary>
    /// <param name="refusal">The refusal.</param>
    void Remember(RememberedRefusal refusal);

    /// <summary>Forgets late refusals of a recipient (<c>garita recipients forget</c>), or of all when null.</summary>
    /// <param name="recipient">The address in lower case, or null.</param>
    void ForgetRefusals(string? recipient);

    /// <summary>Networks and sender domains from which mail was accepted within ninety days, and senders that passed the greylist, for filling both at start; the latest first.</summary>
    Task<IReadOnlyList<RememberedTrust>> TrustAsync();

    /// <summary>Keeps what is known of one. Never blocks.</summary>
    /// <param name="trust">What is known.</param>
    void Remember(RememberedTrust trust);

    /// <summary>Bans and memories of bans, the last to end first, for filling the ban book at start.</summary>
    Task<IReadOnlyList<Ban>> BansAsync();

    /// <summary>Keeps a ban in place of the one of the same network. Never blocks, never dropped silently.</summary>
    /// <param name="ban">The ban.</param>
    void Remember(Ban ban);

    /// <summary>Forgets the ban of a network, or all when null. Never blocks.</summary>
    /// <param name="network">The network, or null.</param>
    void ForgetBan(IPNetwork? network);

    /// <summary>What was counted of recipients asked for, for filling the counters at start; empty where there is none or it cannot be read.</summary>
    Task<IReadOnlyList<HarvestRow>> HarvestAsync();

    /// <summary>Keeps parts of it, all or none.</summary>
    /// <param name="rows">The parts that changed.</param>
    /// <param name="anew">Whether they take the place of all that was kept before.</param>
    Task KeepHarvestAsync(IReadOnlyList<HarvestRow> rows, bool anew);

    /// <summary>Records dropped since the start because the queue or the disk was full.</summary>
    long Dropped { get; }
}

/// <summary>A delivery whose answer may not have arrived at the sender.</summary>
/// <param name="Key">SHA-256 over sender, recipients and the message's hash.</param>
/// <param name="Session">The session that delivered it.</param>
/// <param name="Until">Until when it is remembered.</param>
public sealed record RememberedDelivery(byte[] Key, string Session, DateTimeOffset Until);

/// <summary>A part of what is counted of recipients asked for.</summary>
/// <param name="Part">Its name.</param>
/// <param name="State">What was counted, as only the counters read it.</param>
public sealed record HarvestRow(string Part, byte[] State);

/// <summary>A network or sender domain from which mail was accepted.</summary>
/// <param name="Kind">0: network; 1: domain; <see cref="Greylisted"/>: a sender that passed the greylist.</param>
/// <param name="Key">The network's number, or a hash.</param>
/// <param name="Last">The last day, as a day number.</param>
/// <param name="Before">The last day before it; 0: none.</param>
public sealed record RememberedTrust(byte Kind, long Key, int Last, int Before)
{
    /// <summary>The kind of a sender that passed the greylist.</summary>
    public const byte Greylisted = 2;
}

/// <summary>A recipient that the mail server refused late.</summary>
/// <param name="Recipient">Address in lower case.</param>
/// <param name="Sender">Reverse-path in lower case when the refusal holds for this sender only; null: for all.</param>
/// <param name="Code">Reply code to replay.</param>
/// <param name="Enhanced">Enhanced code to replay.</param>
/// <param name="Until">Until when.</param>
public sealed record RememberedRefusal(string Recipient, string? Sender, ushort Code, string Enhanced, DateTimeOffset Until);
