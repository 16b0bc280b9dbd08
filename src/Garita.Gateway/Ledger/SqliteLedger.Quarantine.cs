using Garita.Gateway.Relay.Quarantine;

namespace Garita.Gateway.Ledger;

/// <summary>The quarantine's part.</summary>
public sealed partial class SqliteLedger : IQuarantineIndex
{
    /// <inheritdoc/>
    Task IQuarantineIndex.AddAsync(IReadOnlyList<QuarantineEntry> entries) => ChangeAsync(connection =>
    {
        foreach (var entry in entries)
            QuarantineTable.Add(connection, entry);
        return true;
    });

    /// <inheritdoc/>
    async Task<string?> IQuarantineIndex.TwinAsync(string twin, DateTimeOffset since) => await ReadAsync(connection => QuarantineTable.Twin(connection, twin, since)) is [var id] ? id : null;

    /// <inheritdoc/>
    async Task<QuarantineEntry?> IQuarantineIndex.GetAsync(string id) => await ReadAsync(connection => QuarantineTable.Get(connection, id)) is [var entry] ? entry : null;

    /// <inheritdoc/>
    Task<IReadOnlyList<QuarantineEntry>> IQuarantineIndex.FindAsync(QuarantineQuery query) => ReadAsync(connection => QuarantineTable.Find(connection, query));

    /// <inheritdoc/>
    Task<IReadOnlyList<QuarantineRow>> IQuarantineIndex.RowsAsync() => ReadAsync(QuarantineTable.Rows);

    /// <inheritdoc/>
    Task<IReadOnlyList<QuarantineRow>> IQuarantineIndex.ReleasingAsync() => ReadAsync(QuarantineTable.Releasing);

    /// <inheritdoc/>
    Task<IReadOnlyList<QuarantineRow>> IQuarantineIndex.OlderAsync(string tenant, DateTimeOffset before, int most) =>
        ReadAsync(connection => QuarantineTable.Older(connection, tenant, before, most));

    /// <inheritdoc/>
    Task<bool> IQuarantineIndex.BeginReleaseAsync(string id, IReadOnlyList<string> recipients, IReadOnlyList<QuarantineState> from, AuditEntry audit) => ChangeAsync(connection =>
    {
        if (!QuarantineTable.BeginRelease(connection, id, recipients, from))
            return false;
        AuditTable.Add(connection, audit);
        return true;
    });

    /// <inheritdoc/>
    Task IQuarantineIndex.EndReleaseAsync(string id, QuarantineState to, AuditEntry? audit) => ChangeAsync(connection =>
    {
        QuarantineTable.EndRelease(connection, id, to);
        if (audit is not null)
            AuditTable.Add(connection, audit);
        return true;
    });

    /// <inheritdoc/>
    Task IQuarantineIndex.ConfirmReleaseAsync(string id, IReadOnlyList<string> recipients) => ChangeAsync(connection =>
    {
        QuarantineTable.ConfirmRelease(connection, id, recipients);
        return true;
    });

    /// <inheritdoc/>
    Task IQuarantineIndex.RemoveAsync(string id, AuditEntry? audit) => ChangeAsync(connection =>
    {
        QuarantineTable.Remove(connection, id);
        if (audit is not null)
            AuditTable.Add(connection, audit);
        return true;
    });

    /// <inheritdoc/>
    Task IQuarantineIndex.NoteAsync(AuditEntry audit) => ChangeAsync(connection =>
    {
        AuditTable.Add(connection, audit);
        return true;
    });

    /// <inheritdoc/>
    Task<IReadOnlyList<QuarantineUntold>> IQuarantineIndex.UntoldAsync(string tenant, DateTimeOffset since, int most) => ReadAsync(connection => DigestTable.Untold(connection, tenant, since, most));

    /// <inheritdoc/>
    Task IQuarantineIndex.ToldAsync(string tenant, string recipient, DateTimeOffset at) => ChangeAsync(connection =>
    {
        DigestTable.Told(connection, tenant, recipient, at);
        return true;
    });
}
