using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Garita.Gateway.Admission;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Dialogue.Smtp;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway;

/// <summary>The gateway: listeners, sessions and heartbeat around one snapshot of settings.</summary>
public sealed partial class GatewayServer : IAsyncDisposable
{
    private static readonly byte[] StoppingLine = "421 4.3.2 Stopping, try again later\r\n"u8.ToArray();

    private static readonly byte[] BannedLine = AdmissionLine.OfBan();
    private static readonly LingerOption AtOnce = new(true, 0);

    /// <summary>Descriptors that are not for clients: backends, files, ledger, admin.</summary>
    private const int ReservedDescriptors = 512;

    /// <summary>Networks and sender domains in the status, each.</summary>
    private const int StrangersShown = 10;

    private readonly Gatehouse _house;
    private readonly GatewayServices _services;
    private readonly ILogger _log;
    private readonly IReadOnlyList<HandedSocket> _handed;
    private readonly List<Listener> _listeners = [];
    private readonly Lock _applying = new();
    private readonly DateTimeOffset _started;
    private readonly int _descriptors = Descriptors();
    private readonly HeapTrim _heap;
    private readonly FloodAlarm _flood;
    private Heartbeat? _heartbeat;
    private long _lastBeat;
    private TimeSpan _lastLate;
    private bool _disposed;

    /// <summary>Makes a gateway that does not listen yet.</summary>
    /// <param name="services">What it is composed of.</param>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="handed">Listening sockets that were handed to the program; null for none.</param>
    public GatewayServer(GatewayServices services, GatewaySettings settings, IReadOnlyList<HandedSocket>? handed = null)
    {
        _handed = handed ?? [];
        _services = services;
        _house = new Gatehouse(services, settings) { MostConnections = Math.Max(16, _descriptors - ReservedDescriptors) };
        _flood = new FloodAlarm(services.Alarms);
        _log = services.Logs.CreateLogger("Garita.Gateway");
        _started = services.Time.GetUtcNow();
        _heap = new HeapTrim(services.Time);
        services.Metrics.Meter.CreateObservableGauge("garita_connections_active", () => _house.Reception.Counts.Total, description: "Client connections now");
        services.Metrics.Meter.CreateObservableGauge("garita_pressure_level", () => (int)_house.Reception.Pressure.Level, description: "0 calm, 1 pressure, 2 overload");
        services.Metrics.Meter.CreateObservableGauge("garita_bans_active", () => _house.Bans.Active, description: "Bans that have not ended");
        services.Metrics.Meter.CreateObservableGauge("garita_letters_memory_bytes", () => services.Letters.InMemory, description: "Octets of messages in memory");
        services.Metrics.Meter.CreateObservableGauge("garita_letters_disk_bytes", () => services.Letters.OnDisk, description: "Octets of messages in files");
        QuarantineMetrics.Add(services.Metrics.Meter, services.Quarantine);
        services.Metrics.Meter.CreateObservableGauge("garita_records_dropped", () => services.Ledger.Dropped, description: "Decision records dropped since the start");
    }

    /// <summary>The snapshot in force.</summary>
    public GatewaySettings Settings => _house.Policy.Settings;

    /// <summary>Who is banned.</summary>
    public BanBook Bans => _house.Bans;

    /// <summary>Where it listens, with the ports that were really taken (for <c>:0</c>), in the order of the settings.</summary>
    public IReadOnlyList<(string Listener, IPEndPoint Address)> Addresses => [.. _listeners.Select(static listener => (listener.Settings.Name, listener.Address))];

    /// <summary>Whether there is hardly room for anybody more.</summary>
    public bool IsOverloaded => _house.Reception.Pressure.Level == PressureLevel.Overload;

    /// <summary>Who asks for recipients.</summary>
    internal HarvestWatch Harvest => _house.Harvest;

    private int Slots => _house.Slots;

    /// <summary>Binds the listeners and starts the heartbeat.</summary>
    /// <exception cref="GatewayStartException">An address cannot be bound, a certificate cannot be read; the message says what to do.</exception>
    public async Task StartAsync()
    {
        await _house.Deliveries.LoadAsync();
        await _house.Trust.LoadAsync();
        if (_services.Spool is Relay.Spool.Spool spool)
        {
            spool.Trusted = _house.Trust.Accepted;
            foreach (var (key, id) in await spool.StartAsync())
                _house.Deliveries.Load(key, id);
        }

        await _house.Greylist.LoadAsync();
        await _house.HarvestKeeper.LoadAsync(Settings);
        _house.NeverBans.Apply(Settings);
        await _house.Bans.LoadAsync();
        _house.Certificates.Apply(Settings);
        lock (_applying)
            Listen(Settings);
        _heartbeat = new Heartbeat(_services.Time, Beat, _log);
        foreach (var listener in _listeners)
        {
            listener.Start();
            LogListening(_log, listener.Settings.Name, listener.Address);
        }

        if (Slots < Settings.Limits.Connections)
            LogFewSlots(_log, Settings.Limits.Connections, Slots, _descriptors, _house.Policy.Memory.Whole >> 20);
        LogPlaces(_log, Slots, _house.Policy.Memory.TlsConnections, _house.Policy.Memory.Whole >> 20);
    }

    /// <summary>Swaps the settings; sessions keep those they started with. Listeners that changed are opened and closed.</summary>
    /// <param name="settings">The new snapshot.</param>
    /// <returns>What could not be changed, one sentence each; empty for nothing.</returns>
    public IReadOnlyList<string> Apply(GatewaySettings settings)
    {
        List<string> problems = [];
        lock (_applying)
        {
            try
            {
                _house.Certificates.Apply(settings);
            }
            catch (GatewayStartException e)
            {
                problems.Add(e.Message);
            }

            if (_heartbeat is not null)
                Relisten(settings, problems);
            _house.Policy = new Policy(settings);
            _house.Engines.Apply(settings.Engines);
            _house.NeverBans.Apply(settings);
            _house.PublicSuffixes.Apply(settings.Dmarc.PublicSuffixList);
        }

        return problems;
    }

    /// <summary>No new connections; sessions in DATA finish within the limit, others get 421.</summary>
    public async Task StopAsync()
    {
        _house.Stopping = true;
        lock (_applying)
        {
            foreach (var listener in _listeners)
                listener.Stop();
        }

        _house.Sessions.ForEach(StoppingLine, static (session, line) => session.StopIfIdle(line));
        var limit = _house.In(Settings.Limits.StopTimeout);
        while (_house.Sessions.Count > 0 && _services.Time.GetTimestamp() < limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _services.Time);
            _house.Sessions.ForEach(StoppingLine, static (session, line) => session.StopIfIdle(line));
        }

        if (_house.Sessions.Count > 0)
            LogCutOff(_log, _house.Sessions.Count);
        _house.Sessions.ForEach(0, static (session, _) => session.Connection.Abort());
    }

    /// <summary>What is going on.</summary>
    public GatewayStatus Status() => new(
        Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "", Settings.Hostname, _started, _house.Reception.Counts.Total, Slots,
        _services.Metrics.Accepted, _services.Metrics.Delivered, _services.Metrics.Refused, _services.Letters.InMemory, _services.Letters.OnDisk,
        _services.Ledger.Dropped, [.. _listeners.Select(static listener => $"{listener.Settings.Name} {listener.Address}")], _services.Relay.States(), _services.Metrics.RuleHits(), PressureGauge.Name(_house.Reception.Pressure.Level))
    {
        Bans = _house.Bans.Active,
        Disclosures = _house.Harvest.States(Settings),
        Spool = _services.Spool?.Totals() ?? [],
        Alarms = _services.Alarms.Latest,
        MostTold = _house.Harvest.MostTold(StrangersShown),
        Quarantine = _services.Quarantine.Totals(),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_house.Stopping)
            await StopAsync();
        _heartbeat?.Dispose();
        await _house.HarvestKeeper.StopAsync();
        _house.Reception.TurnedAway.Write();
        _house.Dispose();
    }

    private void Listen(GatewaySettings settings)
    {
        List<string> problems = [];
        var plan = Binding.Plan(settings, _handed, problems);
        if (problems.Count > 0)
            throw new GatewayStartException(string.Join("; ", problems));
        try
        {
            foreach (var binding in plan)
                _listeners.Add(new Listener(binding, Accepted, _log));
        }
        catch (GatewayStartException)
        {
            foreach (var listener in _listeners)
                listener.Stop();
            _listeners.Clear();
            throw;
        }
    }

    private void Relisten(GatewaySettings settings, List<string> problems)
    {
        var wanted = Binding.Plan(settings, _handed, problems);
        foreach (var old in _listeners.Where(old => !wanted.Exists(want => want.Address.Equals(old.Bind))).ToList())
        {
            old.Stop();
            _listeners.Remove(old);
        }

        foreach (var binding in wanted)
        {
            if (_listeners.Find(old => old.Bind.Equals(binding.Address)) is { } same)
            {
                same.Settings = binding.Listener;
                continue;
            }

            try
            {
                var made = new Listener(binding, Accepted, _log);
                _listeners.Add(made);
                made.Start();
                LogListening(_log, binding.Listener.Name, made.Address);
            }
            catch (GatewayStartException e)
            {
                problems.Add(e.Message);
            }
        }
    }

    /// <summary>On the accept thread: whoever is turned away ends here and costs no session.</summary>
    private void Accepted(Listener listener, Socket socket)
    {
        try
        {
            socket.Blocking = false;
            socket.NoDelay = true;
            var peer = (IPEndPoint)socket.RemoteEndPoint!;
            var address = ClientNetwork.Normalize(peer.Address, Settings.Networks.Nat64Prefixes);
            if (_house.Bans.IsBanned(address))
            {
                Reset(listener, socket, address);
                return;
            }

            var brings = ProxyStep.Contains(listener.Settings.ProxyProtocolFrom, address);
            var answer = _house.Reception.TryEnter(address, _house.Policy, listener.Settings, Slots, brings, out var isTrusted, out var rank);
            if (answer != AdmissionAnswer.Admitted)
            {
                TurnAway(listener, socket, address, answer);
                return;
            }

            _services.Metrics.ConnectionAccepted();
            var session = new SmtpSession(_house, new ClientConnection(socket, address, peer.Port), listener, address, isTrusted, rank);
            _house.Sessions.Add(session);
            _house.Reception.Order.Advance(session, rank, _services.Time.GetTimestamp());
            _ = session.RunAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was gone before it was here.
            socket.Dispose();
        }
    }

    /// <summary>Who is banned gets no word: a reset costs least, and leaves nothing in the kernel.</summary>
    private void Reset(Listener listener, Socket socket, IPAddress client)
    {
        _house.Reception.TurnedAway.Add(client, listener.Settings.Name, AdmissionAnswer.Banned);
        _services.Metrics.ConnectionTurnedAway("banned");
        socket.LingerState = AtOnce;
        socket.Dispose();
    }

    private void TurnAway(Listener listener, Socket socket, IPAddress client, AdmissionAnswer answer)
    {
        _house.Reception.TurnedAway.Add(client, listener.Settings.Name, answer);
        _services.Metrics.ConnectionTurnedAway(TurnedAway.Slug(answer));
        _ = SocketCalls.TrySend(socket, TurnedAway.Line(answer).Span);
        socket.Dispose();
    }

    private void Beat(long now)
    {
        _house.Sessions.ForEach(now, static (session, at) => session.Beat(at));
        _services.Relay.Sweep();
        var late = _lastBeat == 0 ? TimeSpan.Zero : _services.Time.GetElapsedTime(_lastBeat, now) - Heartbeat.Interval;
        _lastBeat = now;
        var plan = _house.Policy.Memory;
        var taken = _services.Letters.InMemory + ((long)_house.TlsPlaces.Taken * MemoryPlan.PerTls) + ((long)_house.Reception.Counts.Total * MemoryPlan.PerConnection);
        // A machine that stood still once is not one that cannot keep up: whoever was silent meanwhile could not be heard.
        _house.Reception.Beat(now, Slots, (double)taken / plan.ForMail, late < _lastLate ? late : _lastLate);
        _lastLate = late;
        _heap.Beat(now);
        _flood.Beat(_house.Reception.Pressure.Level, _house.Reception.Counts.Total, Slots);
        _house.NeverBans.Beat(now);
        _house.Bans.Beat(now);
        _house.HarvestKeeper.Beat(now);
        if (_house.Bans.TakeFresh())
        {
            _house.Sessions.ForEach(_house.Bans, static (session, bans) =>
            {
                if (bans.IsBanned(session.Connection.Address))
                    session.Cut(BannedLine);
            });
        }
    }

    private static int Descriptors()
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits").First(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
            return int.TryParse(line.AsSpan(26, 21).Trim(), System.Globalization.CultureInfo.InvariantCulture, out var soft) ? soft : int.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return int.MaxValue;
        }
    }

    [LoggerMessage(1000, LogLevel.Information, "listener {Listener} listens on {Address}")]
    private static partial void LogListening(ILogger log, string listener, IPEndPoint address);

    [LoggerMessage(1002, LogLevel.Warning, "{Count} sessions were cut off, they took longer than limits.stop_timeout")]
    private static partial void LogCutOff(ILogger log, int count);

    [LoggerMessage(1003, LogLevel.Warning, "limits.connections is {Wanted} but only {Slots} fit into {Descriptors} open files and {Mebibytes} MiB; raise LimitNOFILE or memory.budget")]
    private static partial void LogFewSlots(ILogger log, int wanted, int slots, int descriptors, long mebibytes);

    [LoggerMessage(1004, LogLevel.Information, "room for {Slots} connections, {Tls} of them under TLS, with {Mebibytes} MiB of memory")]
    private static partial void LogPlaces(ILogger log, int slots, int tls, long mebibytes);
}
