using System.Diagnostics.Metrics;
using Garita.Gateway.Admission;
using Garita.Gateway.Alarms;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Spool;

/// <summary>
/// Keeps messages for mail servers that do not answer, and brings them there later: fair between tenants, oldest first within one, a bounded
/// number at once, and no thread and no buffer for one that waits. What it keeps is on the disk before the sender hears 250; in memory is a
/// small index of it. It does not speak to senders but by a delivery status notification, and that only to verified ones that a tenant wants
/// to be told (RFC 3464): bounces to forged senders are spam of our own.
/// </summary>
public sealed partial class Spool : ISpool, IAsyncDisposable
{
    /// <summary>Messages that are kept at most, however small: each takes some 220 octets of memory, all of them an eighth of it at most.</summary>
    private const int MostMessages = 500_000;
    private const int PerMessage = 256;

    /// <summary>Messages that are written at once: each write waits for the disk on a thread of the pool, which others need.</summary>
    private const int MostWrites = 16;

    /// <summary>Messages on their way at once.</summary>
    private const int MostAtOnce = 32;

    /// <summary>What a small file takes on the disk, and the state beside it.</summary>
    private const long Block = 4096;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SpoolQueue> _queues = new(StringComparer.Ordinal);
    private readonly List<SpoolQueue> _turn = [];
    private readonly HashSet<Task> _tries = [];
    private readonly SemaphoreSlim _writes = new(MostWrites);
    private readonly GatewayServices _services;
    private readonly IQuarantine? _quarantine;
    private readonly SpoolStore _store;
    private readonly FailureNotices _notices;
    private readonly ILogger _log;
    private readonly Counter<long> _outcomes;
    private GatewaySettings _settings;
    private ITimer? _heart;
    private ulong _lastId;
    private long _octets;
    private int _messages;
    private int _first;
    private int _underWay;
    private volatile bool _stopping;

    /// <summary>Makes a spool that holds nothing yet; <see cref="StartAsync"/> loads it.</summary>
    /// <param name="services">What the gateway is composed of.</param>
    /// <param name="quarantine">Where goes what cannot be delivered; null: it stays here, held.</param>
    /// <param name="settings">The first snapshot.</param>
    public Spool(GatewayServices services, IQuarantine? quarantine, GatewaySettings settings)
        : this(services, quarantine, settings, new MailDisk())
    {
    }

    internal Spool(GatewayServices services, IQuarantine? quarantine, GatewaySettings settings, IMailDisk disk)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);
        _services = services;
        _quarantine = quarantine;
        _settings = settings;
        _store = new SpoolStore(settings.DataFolder, disk);
        _log = services.Logs.CreateLogger("Garita.Spool");
        _notices = new FailureNotices(services.Time, services.Logs);
        var meter = services.Metrics.Meter;
        _outcomes = meter.CreateCounter<long>("garita_spool_total", description: "Messages put into the spool, and what became of them, by outcome");
        meter.CreateObservableGauge("garita_spool_messages", () => Measure(static total => total.Messages), description: "Messages in the spool by tenant");
        meter.CreateObservableGauge("garita_spool_bytes", () => Measure(static total => total.Octets), description: "Octets in the spool by tenant");
        meter.CreateObservableGauge("garita_spool_oldest_seconds", () => Measure(static total => total.OldestSeconds), description: "Age of the oldest message in the spool by tenant");
    }

    /// <summary>Told of each message that a mail server has taken from here and that speaks for its sender: client, and domain where SPF passed.</summary>
    internal Action<System.Net.IPAddress, string?>? Trusted { get; set; }

    /// <summary>Tries under way.</summary>
    internal int UnderWay
    {
        get
        {
            lock (_gate)
                return _underWay;
        }
    }

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    /// <summary>Loads what is kept and begins to bring it on its way.</summary>
    /// <returns>The keys of what is kept, for the delivery memory, with their ids.</returns>
    /// <exception cref="GatewayStartException">The folder cannot be read.</exception>
    internal async Task<IReadOnlyList<(DeliveryMemory.Key Key, string Id)>> StartAsync()
    {
        List<FoundMessage> found;
        try
        {
            found = await _store.LoadAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"the spool in the data folder cannot be read ({e.Message}); it holds accepted mail: make it readable for the user Garita runs as", e);
        }

        var keys = new List<(DeliveryMemory.Key, string)>(found.Count);
        lock (_gate)
        {
            Assign();
            foreach (var message in found)
            {
                var key = DeliveryMemory.Key.Of(message.Key);
                var age = Now - message.Id.Arrived;
                var entry = new SpoolEntry(message.Id, key, Charge(message.Octets), _services.Time.GetTimestamp() - _services.Time.Ticks(age > TimeSpan.Zero ? age : TimeSpan.Zero)) { Tries = message.State.Tries, IsLoaded = true };
                var queue = QueueOf(message.Tenant);
                queue.Octets += entry.Octets;
                _octets += entry.Octets;
                _messages++;
                queue.Add(entry, message.State.Held is null ? SpoolPlace.Ready : SpoolPlace.Held);
                // Never longer than any wait is, whatever the clock was then.
                var wait = message.State.Next - Now < _settings.Spool.RetryMost ? message.State.Next - Now : _settings.Spool.RetryMost;
                if (message.State.Held is null && wait > TimeSpan.Zero)
                {
                    queue.Put(entry, SpoolPlace.Waiting, _services.Time.After(wait));
                    entry.WaitsForBackend = true;
                }

                _lastId = Math.Max(_lastId, message.Id.Value);
                keys.Add((key, message.Id.ToString()));
            }
        }

        if (found.Count > 0)
            LogLoaded(found.Count);
        Warn();
        _heart = _services.Time.CreateTimer(static spool => ((Spool)spool!).Pump(), this, Beat, Beat);
        return keys;
    }

    /// <summary>Takes new settings. A tenant that is gone keeps its mail here, untried, until it comes back or an administrator deletes it.</summary>
    /// <param name="settings">The snapshot.</param>
    public void Apply(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_gate)
        {
            _settings = settings;
            Assign();
        }

        Warn();
    }

    /// <inheritdoc/>
    public bool HasRoom(TenantSettings tenant, long octets)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        lock (_gate)
            return Fits(QueueOf(tenant.Name), Charge(octets));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> KeepAsync(SpooledMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        // 1. Its place, taken before it is written.
        var tenant = message.Delivery.Tenant;
        var charge = Charge(message.Delivery.Letter.Length + message.Delivery.AddedFields.Length);
        SpoolQueue queue;
        SpoolId id;
        lock (_gate)
        {
            queue = QueueOf(tenant.Name);
            if (!Fits(queue, charge))
            {
                RaiseFull(tenant.Name);
                return false;
            }

            queue.Octets += charge;
            _octets += charge;
            _messages++;
            _lastId = Math.Max(_lastId + 1, SpoolId.FirstOf(Now).Value);
            id = new SpoolId(_lastId);
        }

        // 2. The disk, off the sockets' thread.
        await _writes.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _store.WriteAsync(tenant.Name, id, message.Key, SpooledEnvelope.Of(message), message.Delivery.AddedFields, message.Delivery.Letter);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(tenant.Name, message.Delivery.Session, e);
            lock (_gate)
            {
                queue.Octets -= charge;
                _octets -= charge;
                _messages--;
            }

            RaiseFull(tenant.Name);
            return false;
        }
        finally
        {
            _writes.Release();
        }

        // 3. From here on it is ours.
        lock (_gate)
        {
            queue.FailedForNew(_settings.Spool);
            queue.Add(new SpoolEntry(id, DeliveryMemory.Key.Of(message.Key.Span), charge, _services.Time.GetTimestamp()), SpoolPlace.Ready);
        }

        _outcomes.Add(1, new KeyValuePair<string, object?>("outcome", "spooled"));
        LogKept(id.ToString(), tenant.Name, message.Delivery.Session);
        return true;
    }

    /// <inheritdoc/>
    public void BackendAnswered(string tenant)
    {
        lock (_gate)
        {
            if (!_queues.TryGetValue(tenant, out var queue) || queue.Count == 0 || !queue.IsDown)
                return;
            queue.Answered();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpoolTotal> Totals()
    {
        lock (_gate)
        {
            return [.. _queues.Values.Where(static queue => queue.Count > 0).Select(queue =>
                new SpoolTotal(queue.Tenant, queue.Count, queue.HeldCount, queue.Octets, Math.Max(0, (long)(Now - queue.Oldest!.Id.Arrived).TotalSeconds), queue.IsDown))];
        }
    }

    /// <summary>Begins nothing more.</summary>
    public void Stop()
    {
        _stopping = true;
        _heart?.Dispose();
    }

    /// <summary>Ends what is under way; the relay's end ends it soon. What is not finished is on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        Task[] left;
        lock (_gate)
            left = [.. _tries];
        await _notices.DisposeAsync();
        await Task.WhenAll(left);
        _writes.Dispose();
    }

    private static long Charge(long octets) => ((octets + Block - 1) / Block * Block) + Block;

    private bool Fits(SpoolQueue queue, long charge)
    {
        var settings = _settings.Spool;
        var most = Math.Min(MostMessages, MemoryPlan.For(_settings.Memory).Whole / 8 / PerMessage);
        var share = _settings.Tenants.Count > 1 ? settings.TenantShare : 1;
        return _octets + charge <= settings.MaxSize && _messages < most && queue.Octets + charge <= settings.MaxSize * share && queue.Count < most * share;
    }

    private SpoolQueue QueueOf(string tenant)
    {
        if (_queues.TryGetValue(tenant, out var queue))
            return queue;
        queue = new SpoolQueue(tenant, _services.Time) { Settings = _settings.Tenants.FirstOrDefault(known => string.Equals(known.Name, tenant, StringComparison.Ordinal)) };
        _queues.Add(tenant, queue);
        _turn.Add(queue);
        return queue;
    }

    private void Assign()
    {
        var known = _settings.Tenants.ToDictionary(static tenant => tenant.Name, StringComparer.Ordinal);
        foreach (var queue in _queues.Values)
            queue.Settings = known.GetValueOrDefault(queue.Tenant);
    }

    private void Warn()
    {
        List<(string Tenant, int Count)> orphans;
        lock (_gate)
            orphans = [.. _queues.Values.Where(static queue => queue is { Settings: null, Count: > 0 }).Select(static queue => (queue.Tenant, queue.Count))];
        foreach (var (tenant, count) in orphans)
            LogOrphans(tenant, count);
    }

    private void RaiseFull(string tenant) =>
        _services.Alarms.Raise(new Alarm(AlarmKind.SpoolFull, tenant, "the spool takes no more, it is full or its disk refuses; senders are put off and keep their mail", "spool"));

    private IEnumerable<Measurement<long>> Measure(Func<SpoolTotal, long> of) =>
        Totals().Select(total => new Measurement<long>(of(total), new KeyValuePair<string, object?>("tenant", total.Tenant)));

    /// <summary>Begins as many tries as may be under way: each tenant one in turn.</summary>
    private void Pump()
    {
        List<(SpoolQueue Queue, SpoolEntry Entry, TenantSettings Tenant)>? begun = null;
        lock (_gate)
        {
            if (_stopping || _turn.Count == 0)
                return;
            var free = MostAtOnce - _underWay;
            for (var idle = 0; free > 0 && idle < _turn.Count;)
            {
                var queue = _turn[_first++ % _turn.Count];
                if (queue.Next(_settings.Spool.Expire, IsReachable) is not { } entry)
                {
                    idle++;
                    continue;
                }

                idle = 0;
                free--;
                _underWay++;
                (begun ??= []).Add((queue, entry, queue.Settings!));
            }

            _first %= _turn.Count;
        }

        begun?.ForEach(one => Begin(one.Queue, one.Entry, one.Tenant));
    }

    private bool IsReachable(TenantSettings tenant) => _services.Relay.Unavailable(tenant) is null;

    private void Begin(SpoolQueue queue, SpoolEntry entry, TenantSettings tenant)
    {
        var settings = Volatile.Read(ref _settings);
        var task = new Task<Task>(() => TryAsync(queue, entry, tenant, settings));
        var whole = task.Unwrap();
        lock (_gate)
            _tries.Add(whole);
        _ = EndAsync(whole);
        task.Start(TaskScheduler.Default);
    }

    private async Task EndAsync(Task whole)
    {
        await whole.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _tries.Remove(whole);
            _underWay--;
        }

        // The place that is free now is the next one's.
        Pump();
    }

    [LoggerMessage(6301, LogLevel.Information, "The spool holds {Count} messages")]
    private partial void LogLoaded(int count);

    [LoggerMessage(6302, LogLevel.Warning, "The spool holds {Count} messages of {Tenant}, which is in the settings no more: they stay and are not tried; garita spool list --tenant {Tenant} shows them")]
    private partial void LogOrphans(string tenant, int count);

    [LoggerMessage(6303, LogLevel.Error, "A message for {Tenant} could not be put into the spool (session {Session}); its sender keeps it")]
    private partial void LogNotKept(string tenant, string session, Exception problem);

    [LoggerMessage(6304, LogLevel.Information, "Spooled as {Id} for {Tenant} (session {Session})")]
    private partial void LogKept(string id, string tenant, string session);
}
