using System.Collections.Concurrent;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Ledger;

/// <summary>
/// Writes to the two stores, SQLite and JSON lines, which fail and recover each on its own. What a store cannot take is dropped and counted;
/// acts (audit, deliveries, refusals) wait until it can. Never throws for a store that fails. Not for several threads.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    private const int ActsAtOnce = 500;
    private const int TrimAtOnce = 500;
    private const long FreePagesKept = 1000;
    private const int PagesGivenBackAtOnce = 256;

    private readonly DecisionFiles _files;
    private readonly string _filesFolder;
    private readonly LedgerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FailureWatch _databaseWatch;
    private readonly FailureWatch _filesWatch;
    private readonly FailureWatch _actsWatch;
    private long _dropped;

    /// <summary>Opens nothing yet.</summary>
    public LedgerWriter(string dataFolder, LedgerSettings settings, TimeProvider time, ILogger log, long rotateAt)
    {
        _settings = settings;
        _time = time;
        _log = log;
        _filesFolder = Path.Combine(dataFolder, "decisions");
        // The same records are in both stores; each may have half of the room.
        _files = new DecisionFiles(_filesFolder, time, settings.MaxSize / 2, rotateAt);
        Database = new LedgerDatabase(Path.Combine(dataFolder, "ledger.db"), time);
        _databaseWatch = new FailureWatch(time);
        _filesWatch = new FailureWatch(time);
        _actsWatch = new FailureWatch(time);
    }

    /// <summary>The database.</summary>
    public LedgerDatabase Database { get; }

    /// <summary>Records that one of the stores, or both, did not take.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Opens the database, so that a failure is said at the start.</summary>
    public void Open() => TryDatabase(static _ => { }, records: 0);

    /// <summary>Writes a batch to both stores.</summary>
    public void Write(DecisionBatch batch)
    {
        var records = batch.Entries.Length;
        var inDatabase = TryDatabase(database => database.InTransaction(() => database.Decisions.Insert(batch)), records);
        TryFiles(batch, alreadyDropped: !inDatabase);
    }

    /// <summary>Writes acts in their order; those that cannot be written stay in the queue.</summary>
    public void WriteActs(ConcurrentQueue<object> acts)
    {
        while (!acts.IsEmpty)
        {
            var some = acts.Take(ActsAtOnce).ToArray();
            if (!TryDatabase(database => Apply(database, some), records: 0))
            {
                if (_actsWatch.Failed())
                {
                    var audit = acts.OfType<AuditEntry>().FirstOrDefault();
                    LedgerLog.ActsWait(_log, acts.Count, DecisionText.Escape(audit?.What ?? "none"), DecisionText.Escape(audit?.Who ?? "-"), DecisionText.Escape(audit?.Where ?? "-"));
                }

                return;
            }

            for (var i = 0; i < some.Length; i++)
                acts.TryDequeue(out _);
        }
    }

    /// <summary>Takes away what is too old or too much, a little at a time.</summary>
    /// <param name="due">Whether ages are looked at too, not only the size.</param>
    /// <param name="written">Records written since the last time: at least as many are taken away when there is no room.</param>
    /// <returns>Whether there is more to take away.</returns>
    public bool Tidy(bool due, int written)
    {
        var before = _time.GetUtcNow() - _settings.Keep;
        if (due)
            TryTrimFiles(before);
        if (!_databaseWatch.Works)
            return false;

        var more = false;
        TryDatabase(
            database =>
            {
                if (due)
                {
                    var now = _time.GetUtcNow();
                    database.InTransaction(() =>
                    {
                        more = database.Decisions.Trim(LedgerTime.ToMicroseconds(before), TrimAtOnce) == TrimAtOnce;
                        ExceptionTable.Trim(database.Connection, now);
                        DeliveryTable.Trim(database.Connection, now);
                        RefusalTable.Trim(database.Connection, now);
                        TrustTable.Trim(database.Connection, now);
                    });
                }

                for (var taken = 0; taken <= 2 * written && database.UsedOctets() > _settings.MaxSize / 2;)
                {
                    var trimmed = 0;
                    database.InTransaction(() => trimmed = database.Decisions.Trim(long.MaxValue, TrimAtOnce));
                    taken += trimmed;
                    more = trimmed > 0;
                    if (trimmed == 0)
                        break;
                }

                if (database.FreePages() > FreePagesKept)
                    database.GiveBack(PagesGivenBackAtOnce);
            },
            records: 0);
        return more;
    }

    /// <summary>Asks or changes the database now.</summary>
    /// <exception cref="LedgerUnavailableException">It cannot be used.</exception>
    public T Do<T>(Func<LedgerDatabase, T> work)
    {
        try
        {
            Database.Open();
            return work(Database);
        }
        catch (Exception failure) when (IsStorage(failure))
        {
            Note(failure, records: 0);
            throw new LedgerUnavailableException($"the ledger {Database.Path} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>Notes a failure that a reader met, so that a corrupt file is moved aside.</summary>
    public void Note(Exception failure) => Note(failure, records: 0);

    /// <summary>Whether a failure is the store's, not the caller's.</summary>
    public static bool IsStorage(Exception failure) => failure is SqliteException or IOException or UnauthorizedAccessException;

    /// <inheritdoc/>
    public void Dispose()
    {
        _files.Dispose();
        Database.Dispose();
    }

    private void TryFiles(DecisionBatch batch, bool alreadyDropped)
    {
        try
        {
            if (!_filesWatch.MayTry)
            {
                Count();
                return;
            }

            if (_files.Append(batch.Lines))
                TryTrimFiles(_time.GetUtcNow() - _settings.Keep);
            if (_filesWatch.Succeeded())
                LedgerLog.FilesBack(_log, _filesFolder, Dropped);
        }
        catch (Exception failure) when (IsStorage(failure))
        {
            Count();
            if (_filesWatch.Failed())
                LedgerLog.FilesFailed(_log, _filesFolder, failure.Message, Dropped);
        }

        // A record that both stores lost is one record.
        void Count()
        {
            if (!alreadyDropped)
                Interlocked.Add(ref _dropped, batch.Entries.Length);
        }
    }

    private void TryTrimFiles(DateTimeOffset before)
    {
        try
        {
            _files.Trim(before);
        }
        catch (Exception failure) when (IsStorage(failure))
        {
            if (_filesWatch.MaySay())
                LedgerLog.FilesFailed(_log, _filesFolder, failure.Message, Dropped);
        }
    }

    private bool TryDatabase(Action<LedgerDatabase> work, int records)
    {
        for (var attempt = 1; _databaseWatch.MayTry; attempt++)
        {
            try
            {
                Database.Open();
                work(Database);
                if (_databaseWatch.Succeeded())
                    LedgerLog.DatabaseBack(_log, Database.Path, Dropped);
                return true;
            }
            catch (Exception failure) when (IsStorage(failure))
            {
                // A corrupt file was moved aside: the new one takes this very batch.
                if (!Note(failure, attempt == 1 && LedgerDatabase.IsCorrupt(failure) ? 0 : records) || attempt > 1)
                    return false;
            }
        }

        Interlocked.Add(ref _dropped, records);
        return false;
    }

    // Returns whether a corrupt file was replaced, so that the work may be tried again at once.
    private bool Note(Exception failure, int records)
    {
        Interlocked.Add(ref _dropped, records);
        try
        {
            if (Database.Recover(failure) is { } aside)
            {
                LedgerLog.DatabaseCorrupt(_log, Database.Path, failure.Message, aside);
                return true;
            }
        }
        catch (Exception second) when (IsStorage(second))
        {
            failure = second;
        }

        if (_databaseWatch.Failed())
            LedgerLog.DatabaseFailed(_log, Database.Path, failure.Message, Dropped);
        return false;
    }

    private void Apply(LedgerDatabase database, object[] acts)
    {
        try
        {
            database.InTransaction(() => Array.ForEach(acts, act => Apply(database.Connection, act)));
        }
        catch (Exception failure) when (!IsStorage(failure))
        {
            // One of them is not to be written at all (a null where none may be): the others must not suffer.
            foreach (var act in acts)
            {
                try
                {
                    database.InTransaction(() => Apply(database.Connection, act));
                }
                catch (Exception own) when (!IsStorage(own))
                {
                    Interlocked.Increment(ref _dropped);
                    if (act is AuditEntry audit)
                        LedgerLog.AuditLost(_log, DecisionText.Escape(audit.What), DecisionText.Escape(audit.Who), DecisionText.Escape(audit.Where), own.Message);
                }
            }
        }
    }

    private static void Apply(SqliteConnection connection, object act)
    {
        switch (act)
        {
            case AuditEntry audit:
                AuditTable.Add(connection, audit);
                break;
            case RememberedDelivery delivery:
                DeliveryTable.Add(connection, delivery);
                break;
            case RememberedRefusal refusal:
                RefusalTable.Add(connection, refusal);
                break;
            case RememberedTrust trust:
                TrustTable.Add(connection, trust);
                break;
            case Ban ban:
                BanTable.Add(connection, ban);
                break;
            case ForgottenBan forgotten:
                BanTable.Forget(connection, forgotten.Network);
                break;
            case ForgottenRefusals forgotten:
                RefusalTable.Forget(connection, forgotten.Recipient);
                break;
        }
    }
}

/// <summary>In the queue of acts: refusals to be forgotten, after those that were remembered before.</summary>
/// <param name="Recipient">Of whom; null: all.</param>
internal sealed record ForgottenRefusals(string? Recipient);

/// <summary>In the queue of acts: a ban to be forgotten, after those that were made before.</summary>
/// <param name="Network">Of which network; null: all.</param>
internal sealed record ForgottenBan(System.Net.IPNetwork? Network);
