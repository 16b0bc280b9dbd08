using System.Collections.Concurrent;
using Garita.Gateway.Alarms;
using Garita.Gateway.Dialogue.Smtp;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>
/// The quarantine of one gateway: a file a message and a row in the ledger. Whoever is told that a message is kept may forget it: a kill at any
/// moment leaves either nothing or all of it. What a kill left in between is put right at the start (<see cref="QuarantineRecovery"/>).
/// It releases nothing itself: that is <see cref="QuarantineRelease"/>.
/// </summary>
public sealed partial class QuarantineStore : IQuarantine, IAsyncDisposable
{
    private const int NoSpace = 28; // ENOSPC
    private const int OverQuota = 122; // EDQUOT

    private readonly TimeProvider _time;
    private readonly IAlarms _alarms;
    private readonly ILogger _log;
    private readonly QuarantineShares _shares;
    private readonly ConcurrentDictionary<string, byte> _busy = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _sweeping = new(1);
    private readonly ITimer _timer;
    private readonly Lazy<ReleaseLinks> _links;
    private volatile GatewaySettings _settings;
    private volatile bool _isRecovered;
    private volatile bool _isStopping;

    internal QuarantineStore(GatewaySettings settings, IQuarantineIndex index, IMailDisk disk, TimeProvider time, IAlarms alarms, ILoggerFactory logs)
    {
        _settings = settings;
        Index = index;
        Files = new QuarantineFiles(settings.DataFolder, disk);
        _time = time;
        _alarms = alarms;
        _log = logs.CreateLogger("Garita.Quarantine");
        _shares = new QuarantineShares(alarms);
        _links = new Lazy<ReleaseLinks>(() => ReleaseLinks.Open(Files.Root, disk), LazyThreadSafetyMode.PublicationOnly);
        _timer = time.CreateTimer(static store => _ = ((QuarantineStore)store!).SweepAsync(waits: false), this, SweepEvery, SweepEvery);
    }

    /// <summary>What is done after each sweep; for digests.</summary>
    internal Func<GatewaySettings, Task>? AfterSweep { get; set; }

    internal IQuarantineIndex Index { get; }

    internal QuarantineFiles Files { get; }

    internal GatewaySettings Settings => _settings;

    /// <summary>Whether nothing new is begun.</summary>
    internal bool IsStopping { get => _isStopping; private set => _isStopping = value; }

    /// <summary>The links of digests. Its first use makes the key, which may throw <see cref="IOException"/>.</summary>
    internal ReleaseLinks Links => _links.Value;

    /// <summary>Opens the quarantine and puts right what a kill left. A ledger that cannot be used now is tried again with each sweep; until then nothing is kept.</summary>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="index">What the ledger knows of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="alarms">Who is told when it is full.</param>
    /// <param name="logs">Where is logged.</param>
    public static async Task<QuarantineStore> OpenAsync(GatewaySettings settings, IQuarantineIndex index, TimeProvider time, IAlarms alarms, ILoggerFactory logs)
    {
        var store = new QuarantineStore(settings, index, new MailDisk(), time, alarms, logs);
        await store.TryRecoverAsync();
        return store;
    }

    /// <summary>Begins to send digests.</summary>
    /// <param name="relay">The way to the tenants' mail servers.</param>
    /// <param name="logs">Where is logged.</param>
    public void Start(IRelay relay, ILoggerFactory logs) => AfterSweep = new QuarantineDigest(this, relay, _time, logs).RunAsync;

    /// <summary>Takes new settings.</summary>
    /// <param name="settings">The snapshot.</param>
    public void Apply(GatewaySettings settings) => _settings = settings;

    /// <inheritdoc/>
    public IReadOnlyList<QuarantineTotal> Totals() => _shares.Totals();

    /// <inheritdoc/>
    public async ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var delivery = message.Delivery;
        var tenant = delivery.Tenant.Name;
        if (!_isRecovered || IsStopping)
            return (QuarantineOutcome.Failed, "");

        // 1. Room.
        var room = QuarantineEntry.RoomOf(delivery.Letter.Length);
        if (!_shares.TryTake(tenant, room, delivery.Tenant.Quarantine.MaxSize))
            return (QuarantineOutcome.Full, "");
        var id = SessionId.Next(_time).ToString();
        _busy.TryAdd(id, 0);
        var isKept = false;
        try
        {
            // Waiting for the disk is nothing for a thread that polls sockets.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

            // 2. The octets.
            var hash = await Files.WriteAsync(tenant, id, delivery.Letter);
            var twin = DeliveryMemory.KeyOf(delivery.Mail, delivery.Recipients, hash).ToBytes();
            if (await TwinAsync(tenant, Convert.ToHexStringLower(twin)) is { } first)
            {
                Files.RemoveMessage(tenant, id);
                return (QuarantineOutcome.Kept, first);
            }

            // 3. The file beside them, and their name.
            var entry = QuarantineEntry.Of(id, message, _time.GetUtcNow(), twin);
            await Files.PublishAsync(entry);

            // 4. The row: from here on it is kept.
            await Index.AddAsync([entry]);
            isKept = true;
            _log.Kept(id, tenant, delivery.Session);
            return (QuarantineOutcome.Kept, id);
        }
        catch (Exception e) when (IsStorage(e))
        {
            Undo(tenant, id);
            _log.NotKept(tenant, e.Message, delivery.Session);
            if (e is not IOException { HResult: NoSpace or OverQuota })
                return (QuarantineOutcome.Failed, "");
            _alarms.Raise(new Alarm(AlarmKind.QuarantineFull, tenant, "The disk of the quarantine is full: mail for it is put off.", tenant));
            return (QuarantineOutcome.Full, "");
        }
        finally
        {
            _busy.TryRemove(id, out _);
            if (!isKept)
                _shares.Give(tenant, room);
        }
    }

    /// <summary>Messages that a query means, newest first; released ones too, until their time is over.</summary>
    /// <param name="query">The query.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public Task<IReadOnlyList<QuarantineEntry>> FindAsync(QuarantineQuery query) => Index.FindAsync(query);

    /// <summary>A message; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public Task<QuarantineEntry?> GetAsync(string id) => Index.GetAsync(id);

    /// <summary>The octets of a message; null when they are gone, or cannot be read.</summary>
    /// <param name="entry">The message.</param>
    public Stream? OpenMessage(QuarantineEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            return new FileStream(Files.PathOf(entry.Tenant, entry.Id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The octets of a message for somebody who reads them, which is noted before; null when they are gone, or there is no such message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="audit">Makes the audit row of what it was.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used; nothing is given out that it does not note.</exception>
    public async Task<Stream?> ExportAsync(string id, Func<QuarantineEntry, AuditEntry> audit)
    {
        ArgumentNullException.ThrowIfNull(audit);
        if (await Index.GetAsync(id) is not { } entry || OpenMessage(entry) is not { } message)
            return null;
        try
        {
            await Index.NoteAsync(audit(entry));
            return message;
        }
        catch
        {
            await message.DisposeAsync();
            throw;
        }
    }

    /// <summary>Removes a message for good.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="audit">Makes the audit row of what it was.</param>
    /// <returns>Null when it is gone; else why not.</returns>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used; nothing was removed.</exception>
    public async Task<string?> DeleteAsync(string id, Func<QuarantineEntry, AuditEntry> audit)
    {
        ArgumentNullException.ThrowIfNull(audit);
        if (await Index.GetAsync(id) is not { } entry)
            return QuarantineProblems.None;
        if (!TryClaim(id))
            return QuarantineProblems.Busy;
        try
        {
            await RemoveAsync(new QuarantineRow(id, entry.Tenant, entry.State, entry.Room), audit(entry));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.NotRemoved(id, e.Message);
            return $"its file cannot be removed: {e.Message}";
        }
        finally
        {
            Unclaim(id);
        }
    }

    /// <summary>Begins nothing new: nothing is kept any more, sweeps and digests end where they are. Before the relay goes, which a digest may wait for.</summary>
    public void Stop() => IsStopping = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await _timer.DisposeAsync();
        // One that runs ends first.
        await _sweeping.WaitAsync();
        _sweeping.Release();
    }

    /// <summary>Whether a failure is the disk's or the ledger's.</summary>
    internal static bool IsStorage(Exception e) => e is IOException or UnauthorizedAccessException or LedgerUnavailableException;

    /// <summary>One act at a time on a message.</summary>
    internal bool TryClaim(string id) => _busy.TryAdd(id, 0);

    internal void Unclaim(string id) => _busy.TryRemove(id, out _);

    /// <summary>
    /// Removes what was released to all, or is to go. First the message: killed behind it, the start finds a row without a message and removes that.
    /// The other way round it would find a message without a row, and keep it again.
    /// </summary>
    internal async Task RemoveAsync(QuarantineRow row, AuditEntry? audit)
    {
        var wasThere = File.Exists(Files.PathOf(row.Tenant, row.Id));
        Files.RemoveMessage(row.Tenant, row.Id);
        if (wasThere)
            _shares.Give(row.Tenant, row.Room);
        await Index.RemoveAsync(row.Id, audit);
        Files.RemoveEntry(row.Tenant, row.Id);
    }

    /// <summary>Removes the files of a message that all have; its row stays until its time is over.</summary>
    internal void RemoveReleased(string tenant, string id, long room)
    {
        if (!File.Exists(Files.PathOf(tenant, id)))
            return;
        Files.RemoveMessage(tenant, id);
        _shares.Give(tenant, room);
        Files.RemoveEntry(tenant, id);
    }

    /// <summary>A retry of what is kept already: its sender did not get our answer (RFC 1047).</summary>
    private async ValueTask<string?> TwinAsync(string tenant, string twin)
    {
        var since = _time.GetUtcNow() - DeliveryMemory.Keep;
        if (await Index.TwinAsync(twin, since) is not { } first || !TryClaim(first))
            return null;
        try
        {
            // Nobody removes or releases it now.
            return File.Exists(Files.PathOf(tenant, first)) && string.Equals(await Index.TwinAsync(twin, since), first, StringComparison.Ordinal) ? first : null;
        }
        finally
        {
            Unclaim(first);
        }
    }

    private void Undo(string tenant, string id)
    {
        try
        {
            Files.RemoveMessage(tenant, id);
            Files.RemoveEntry(tenant, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes it, or keeps it after all.
            _log.NotRemoved(id, e.Message);
        }
    }
}

/// <summary>Why something cannot be done with a message, in words for administrators.</summary>
internal static class QuarantineProblems
{
    internal const string None = "there is no such message in the quarantine; garita quarantine list shows those there are";
    internal const string Busy = "something is being done with this message already; try again";
}
