using Garita.Gateway.Relay.Quarantine;

namespace Garita.Gateway.Ledger;

/// <summary>
/// What the ledger knows of the quarantine. All changes are durable when they return, with the audit row in the same transaction.
/// Everything throws <see cref="LedgerUnavailableException"/> when the ledger cannot be used.
/// </summary>
public interface IQuarantineIndex
{
    /// <summary>Adds entries with the states that they and their recipients have.</summary>
    /// <param name="entries">The entries; one that is there already stays as it is.</param>
    Task AddAsync(IReadOnlyList<QuarantineEntry> entries);

    /// <summary>The id of an entry of which nothing was released yet, with the same envelope and octets; null for none.</summary>
    /// <param name="twin">SHA-256, hexadecimal.</param>
    /// <param name="since">Kept at this time or later.</param>
    Task<string?> TwinAsync(string twin, DateTimeOffset since);

    /// <summary>An entry; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    Task<QuarantineEntry?> GetAsync(string id);

    /// <summary>Entries that a query means, newest first.</summary>
    /// <param name="query">The query.</param>
    Task<IReadOnlyList<QuarantineEntry>> FindAsync(QuarantineQuery query);

    /// <summary>All of them, in short.</summary>
    Task<IReadOnlyList<QuarantineRow>> RowsAsync();

    /// <summary>Those that are being released, in short.</summary>
    Task<IReadOnlyList<QuarantineRow>> ReleasingAsync();

    /// <summary>The oldest that were kept before a time.</summary>
    /// <param name="tenant">Of this tenant.</param>
    /// <param name="before">The time.</param>
    /// <param name="most">At most this many.</param>
    Task<IReadOnlyList<QuarantineRow>> OlderAsync(string tenant, DateTimeOffset before, int most);

    /// <summary>Begins a release: the recipients named become <see cref="QuarantineState.Releasing"/>, those not of the envelope are added.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="recipients">To whom, in lower case.</param>
    /// <param name="from">Each of them that is in the entry must be in one of these states.</param>
    /// <param name="audit">Who and why.</param>
    /// <returns>False when there is no such entry, it is being released, or one of them is in another state; nothing was changed.</returns>
    Task<bool> BeginReleaseAsync(string id, IReadOnlyList<string> recipients, IReadOnlyList<QuarantineState> from, AuditEntry audit);

    /// <summary>Ends a release: the recipients that are <see cref="QuarantineState.Releasing"/> get another state.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="to">The state.</param>
    /// <param name="audit">Who and what; null for no row.</param>
    Task EndReleaseAsync(string id, QuarantineState to, AuditEntry? audit);

    /// <summary>A mail server's answer came late: recipients of whom it is not known become released.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="recipients">Which, in lower case.</param>
    Task ConfirmReleaseAsync(string id, IReadOnlyList<string> recipients);

    /// <summary>Removes an entry.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="audit">Who and why; null for no row.</param>
    Task RemoveAsync(string id, AuditEntry? audit);

    /// <summary>Notes an act that changes nothing.</summary>
    /// <param name="audit">Who and what.</param>
    Task NoteAsync(AuditEntry audit);

    /// <summary>Recipients for whom something is kept that they were not told of, and who were not told anything since a time.</summary>
    /// <param name="tenant">Of this tenant.</param>
    /// <param name="since">The time.</param>
    /// <param name="most">At most this many.</param>
    Task<IReadOnlyList<QuarantineUntold>> UntoldAsync(string tenant, DateTimeOffset since, int most);

    /// <summary>Notes when a recipient was told.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="recipient">The recipient, in lower case.</param>
    /// <param name="at">When.</param>
    Task ToldAsync(string tenant, string recipient, DateTimeOffset at);
}

/// <summary>A recipient for whom something is kept that it was not told of.</summary>
/// <param name="Recipient">The address, in lower case.</param>
/// <param name="Last">When it was told last; null for never.</param>
public readonly record struct QuarantineUntold(string Recipient, DateTimeOffset? Last);

/// <summary>An entry in short.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">Tenant's name.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Room">Octets that it is charged with.</param>
public readonly record struct QuarantineRow(string Id, string Tenant, QuarantineState State, long Room);
