using Garita.Gateway.Ledger;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>
/// Puts right at the start what a kill, a power failure or a lost ledger left. What is whole on the disk is kept, even where the sender was not told
/// so; what is not whole is removed; a release that was cut off is marked, never repeated.
/// </summary>
internal sealed class QuarantineRecovery(QuarantineFiles files, IQuarantineIndex index, QuarantineShares shares, ILogger log)
{
    private const int AtOnce = 500;

    internal async Task RunAsync()
    {
        var rows = (await index.RowsAsync()).ToDictionary(static row => row.Id, StringComparer.Ordinal);
        List<QuarantineEntry> unknown = [];
        var found = 0;
        foreach (var (folder, left) in files.Scan())
        {
            foreach (var (id, what) in left)
            {
                if (rows.Remove(id, out var row))
                    await MatchAsync(row, what);
                else if (Adopt(folder, id, what) is { } entry)
                    unknown.Add(entry);
                if (unknown.Count == AtOnce)
                    await AddAsync();
            }
        }

        await AddAsync();
        if (found > 0)
            log.Adopted(found);

        // What is left has a row and nothing on the disk.
        foreach (var row in rows.Values)
            await MatchAsync(row, default);

        async Task AddAsync()
        {
            if (unknown.Count == 0)
                return;
            found += unknown.Count;
            await index.AddAsync(unknown);
            foreach (var entry in unknown)
                shares.Add(entry.Tenant, entry.Room);
            unknown.Clear();
        }
    }

    /// <summary>A row and what is on the disk for it.</summary>
    private async Task MatchAsync(QuarantineRow row, QuarantineLeft what)
    {
        if (row.State == QuarantineState.Released)
        {
            if (what.HasMessage)
                files.RemoveMessage(row.Tenant, row.Id);
            if (what.HasMessage || what.HasEntry)
                files.RemoveEntry(row.Tenant, row.Id);
            shares.Know(row.Tenant);
            return;
        }

        if (!what.HasMessage)
        {
            // Killed while it was removed; or somebody else removed it.
            log.Lost(row.Id, row.Tenant);
            files.RemoveEntry(row.Tenant, row.Id);
            await index.RemoveAsync(row.Id, audit: null);
            return;
        }

        shares.Add(row.Tenant, row.Room);
        if (row.State != QuarantineState.Releasing)
            return;
        log.CutOff(row.Id, row.Tenant);
        await index.EndReleaseAsync(row.Id, QuarantineState.Unknown, audit: null);
    }

    /// <summary>Files without a row; the entry where the message is whole.</summary>
    private QuarantineEntry? Adopt(string folder, string id, QuarantineLeft what)
    {
        var tenant = Path.GetFileName(folder);
        if (what.HasMessage && what.HasEntry && QuarantineFiles.ReadEntry(folder, id, what.IsMarked) is { } entry && string.Equals(files.FolderOf(entry.Tenant), folder, StringComparison.Ordinal))
        {
            var state = what.IsMarked ? QuarantineState.Unknown : QuarantineState.Kept;
            return entry with { State = state, Recipients = [.. entry.Recipients.Select(recipient => recipient with { State = state })] };
        }

        if (what.HasMessage)
        {
            // No kill leaves this: it is not ours to remove.
            log.Unreadable(id, tenant);
            return null;
        }

        if (what.HasUnfinished)
            files.RemoveMessage(tenant, id);
        if (what.HasEntry)
            files.RemoveEntry(tenant, id);
        return null;
    }
}
