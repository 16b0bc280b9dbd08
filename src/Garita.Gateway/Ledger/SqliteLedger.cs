using System.Collections.Concurrent;
using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The ledger of one gateway: <c>ledger.db</c> (SQLite) and <c>decisions/*.jsonl</c> in the data folder.
/// A record is put into a queue; a tenth of a second after the first one a writer takes all that came, in one transaction and one file write.
/// No thread waits for records: waking one for each costs more than the record, and an idle gateway should not wake at all.
/// The queue is bounded by what it holds (recipients count), so that neither a full disk nor a slow one takes the memory.
/// </summary>
public sealed partial class SqliteLedger : ILedger
{
    private const long MaxParts = 200_000;
    private const int PartsOfARecord = 4;
    private const int MaxActs = 10_000;
    private const int MaxBatches = 50;
    private const long FileSize = 256L * 1024 * 1024;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly LedgerWriter _writer;
    private readonly DecisionBatch _batch = new();
    private readonly FailureWatch _fullWatch;
    private readonly Lock _writing = new();
    private readonly ConcurrentQueue<DecisionRecord> _records = new();
    private readonly ConcurrentQueue<object> _acts = new();
    private readonly ITimer _writeTimer;
    private readonly ITimer _tidyTimer;
    private long _parts;
    private long _refused;
    private long _refusedSaid;
    private int _armed;
    private bool _tidyDue = true;
    private bool _closed;

    private SqliteLedger(string dataFolder, LedgerSettings settings, TimeProvider time, ILoggerFactory logs, long fileSize)
    {
        _time = time;
        _log = logs.CreateLogger("Garita.Ledger");
        _writer = new LedgerWriter(dataFolder, settings, time, _log, fileSize);
        _fullWatch = new FailureWatch(time);
        _writeTimer = time.CreateTimer(static ledger => ((SqliteLedger)ledger!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _tidyTimer = time.CreateTimer(static ledger => ((SqliteLedger)ledger!).OnTidyTimer(), this, TidyEvery, TidyEvery);
    }

    /// <inheritdoc/>
    /// <remarks>A record counts once, whether the queue, one store or both did not take it.</remarks>
    public long Dropped => Interlocked.Read(ref _refused) + _writer.Dropped;

    /// <summary>The database, for tests that break it.</summary>
    internal LedgerDatabase Database => _writer.Database;

    /// <summary>
    /// Opens the ledger, and makes or migrates it. A corrupt one is moved aside; one that cannot be opened now is tried again
    /// with every batch: mail does not stop for it.
    /// </summary>
    /// <param name="dataFolder">The data folder, absolute.</param>
    /// <param name="settings">How long and how much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    public static Task<SqliteLedger> OpenAsync(string dataFolder, LedgerSettings settings, TimeProvider time, ILoggerFactory logs) =>
        OpenAsync(dataFolder, settings, time, logs, FileSize);

    /// <inheritdoc/>
    public void Record(DecisionRecord record)
    {
        var parts = PartsOf(record);
        if (Volatile.Read(ref _closed) || Interlocked.Add(ref _parts, parts) > MaxParts)
        {
            Interlocked.Add(ref _parts, -parts);
            Interlocked.Increment(ref _refused);
            return;
        }

        _records.Enqueue(record);
        Arm(Linger);
    }

    /// <inheritdoc/>
    public void Audit(AuditEntry entry) => Enqueue(entry, always: true);

    /// <inheritdoc/>
    public void Remember(RememberedDelivery delivery) => Enqueue(delivery, always: false);

    /// <inheritdoc/>
    public void Remember(RememberedRefusal refusal) => Enqueue(refusal, always: false);

    /// <inheritdoc/>
    public void Remember(RememberedTrust trust) => Enqueue(trust, always: false);

    /// <inheritdoc/>
    public void Remember(Ban ban) => Enqueue(ban, always: true);

    /// <inheritdoc/>
    public void ForgetBan(IPNetwork? network) => Enqueue(new ForgottenBan(network), always: true);

    /// <inheritdoc/>
    public void ForgetRefusals(string? recipient) => Enqueue(new ForgottenRefusals(recipient), always: true);

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public Task<IReadOnlyList<DecisionRecord>> ExplainAsync(string what, int most)
    {
        var question = Question.Of(what);
        return ReadAsync(connection => DecisionTable.Find(connection, question, most));
    }

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(int most) => ReadAsync(connection => AuditTable.Newest(connection, most));

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<ExceptionRule>> ExceptionsAsync() => ReadOrNoneAsync(connection => ExceptionTable.Current(connection, _time.GetUtcNow()));

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<RememberedDelivery>> DeliveriesAsync() => ReadOrNoneAsync(connection => DeliveryTable.Current(connection, _time.GetUtcNow()));

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<RememberedRefusal>> RefusalsAsync() => ReadOrNoneAsync(connection => RefusalTable.Current(connection, _time.GetUtcNow()));

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<RememberedTrust>> TrustAsync() => ReadOrNoneAsync(connection => TrustTable.Current(connection, _time.GetUtcNow(), Admission.TrustBook.Most));

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<Ban>> BansAsync() => ReadOrNoneAsync(BanTable.All);

    /// <inheritdoc/>
    /// <remarks>None when the ledger cannot be read; said in the log.</remarks>
    public Task<IReadOnlyList<HarvestRow>> HarvestAsync() => ReadOrNoneAsync(HarvestTable.All);

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">They could not be kept.</exception>
    public Task KeepHarvestAsync(IReadOnlyList<HarvestRow> rows, bool anew) => ChangeAsync(
        connection =>
        {
            HarvestTable.Keep(connection, rows, anew, _time.GetUtcNow());
            return true;
        },
        durable: false);

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">It could not be kept.</exception>
    /// <exception cref="ArgumentException">There is one with this id.</exception>
    public async Task AddExceptionAsync(ExceptionRule exception)
    {
        if (!await ChangeAsync(connection => ExceptionTable.Add(connection, exception)))
            throw new ArgumentException($"there is an exception {exception.Id} already", nameof(exception));
    }

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">It could not be removed.</exception>
    public Task<bool> RemoveExceptionAsync(string id) => ChangeAsync(connection => ExceptionTable.Remove(connection, id));

    /// <summary>Writes what was taken, as far as the disk lets it, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, true))
            return;
        await _writeTimer.DisposeAsync();
        await _tidyTimer.DisposeAsync();
        await Task.Run(() =>
        {
            lock (_writing)
            {
                do
                    WriteQueued();
                while (!_records.IsEmpty);

                _writer.Dispose();
                _batch.Dispose();
            }
        });
    }

    /// <summary>As the public one, with files of another size.</summary>
    internal static async Task<SqliteLedger> OpenAsync(string dataFolder, LedgerSettings settings, TimeProvider time, ILoggerFactory logs, long fileSize)
    {
        var ledger = new SqliteLedger(dataFolder, settings, time, logs, fileSize);
        await Task.Run(ledger._writer.Open);
        return ledger;
    }

    private static int PartsOf(DecisionRecord record) => PartsOfARecord + record.Recipients.Count + record.Rules.Count;

    private void Enqueue(object act, bool always)
    {
        if (!always && _acts.Count >= MaxActs)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        _acts.Enqueue(act);
        Arm(Linger);
    }

    private void Arm(TimeSpan delay)
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
            _writeTimer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void OnTidyTimer()
    {
        Volatile.Write(ref _tidyDue, true);
        Arm(Linger);
    }

    // The only place where an exception would end the process.
    private void OnTimer()
    {
        var more = false;
        try
        {
            lock (_writing)
            {
                if (!Volatile.Read(ref _closed))
                    more = WriteQueued();
            }
        }
        catch (Exception failure)
        {
            LedgerLog.WriterFailed(_log, failure);
        }

        // First disarmed, then looked: what came meanwhile found it armed.
        Interlocked.Exchange(ref _armed, 0);
        if (more || !_records.IsEmpty)
            Arm(Linger);
        else if (!_acts.IsEmpty)
            Arm(Retry);
    }

    // Under the lock. Returns whether there is more to do now.
    private bool WriteQueued()
    {
        var written = 0;
        for (var batches = 0; batches < MaxBatches && !_records.IsEmpty; batches++)
        {
            try
            {
                while (!_batch.IsFull && _records.TryDequeue(out var record))
                {
                    Interlocked.Add(ref _parts, -PartsOf(record));
                    _batch.Add(record);
                }

                _writer.Write(_batch);
                written += _batch.Entries.Length;
            }
            finally
            {
                _batch.Clear();
            }
        }

        _writer.WriteActs(_acts);
        var refused = Interlocked.Read(ref _refused);
        if (refused != _refusedSaid && _fullWatch.MaySay())
        {
            _refusedSaid = refused;
            LedgerLog.QueueFull(_log, Dropped);
        }

        var due = Volatile.Read(ref _tidyDue);
        if (!due && written == 0)
            return !_records.IsEmpty;
        var more = _writer.Tidy(due, written);
        Volatile.Write(ref _tidyDue, due && more);
        return more || !_records.IsEmpty;
    }

    // What was taken before is written first, so that the answer knows of it; the reading itself holds up no writer.
    private Task<IReadOnlyList<T>> ReadAsync<T>(Func<SqliteConnection, List<T>> read) => Task.Run<IReadOnlyList<T>>(() =>
    {
        SqliteConnection reader;
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            WriteQueued();
            reader = _writer.Do(static database => database.OpenReader());
        }

        using (reader)
        {
            try
            {
                return read(reader);
            }
            catch (Exception failure) when (LedgerWriter.IsStorage(failure))
            {
                lock (_writing)
                {
                    if (!_closed)
                        _writer.Note(failure);
                }

                throw new LedgerUnavailableException($"the ledger cannot be read: {failure.Message}", failure);
            }
        }
    });

    private async Task<IReadOnlyList<T>> ReadOrNoneAsync<T>(Func<SqliteConnection, List<T>> read)
    {
        try
        {
            return await ReadAsync(read);
        }
        catch (LedgerUnavailableException failure)
        {
            LedgerLog.NotRead(_log, failure.Message);
            return [];
        }
    }

    private Task<bool> ChangeAsync(Func<SqliteConnection, bool> change, bool durable = true) => Task.Run(() =>
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _writer.Do(database =>
            {
                var changed = false;
                database.InTransaction(() => changed = change(database.Connection), durable);
                return changed;
            });
        }
    });
}
