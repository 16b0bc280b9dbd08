using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Garita.Gateway.Admission;
using Garita.Gateway.Dialogue.Smtp;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway;

/// <summary>The gateway: listeners, sessions and heartbeat around one snapshot of settings.</summary>
public sealed partial class GatewayServer : IAsyncDisposable
{
    private static readonly byte[] StoppingLine = "421 4.3.2 Stopping, try again later\r\n"u8.ToArray();
    private static readonly byte[] FullLine = "421 4.3.2 Too many connections, try again later\r\n"u8.ToArray();
    private static readonly byte[] ClientLimitLine = "421 4.7.0 Too many connections from your address, try again later\r\n"u8.ToArray();

    /// <summary>Descriptors that are not for clients: backends, files, ledger, admin.</summary>
    private const int ReservedDescriptors = 512;

    private readonly Gatehouse _house;
    private readonly GatewayServices _services;
    private readonly ILogger _log;
    private readonly IReadOnlyList<HandedSocket> _handed;
    private readonly List<Listener> _listeners = [];
    private readonly TurnedAway _turnedAway;
    private readonly Lock _applying = new();
    private readonly DateTimeOffset _started;
    private readonly int _descriptors = Descriptors();
    private Heartbeat? _heartbeat;
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
        _turnedAway = new TurnedAway(services.Ledger, services.Time);
        _log = services.Logs.CreateLogger("Garita.Gateway");
        _started = services.Time.GetUtcNow();
        services.Metrics.Meter.CreateObservableGauge("garita_connections_active", () => _house.Counts.Total, description: "Client connections now");
        services.Metrics.Meter.CreateObservableGauge("garita_letters_memory_bytes", () => services.Letters.InMemory, description: "Octets of messages in memory");
        services.Metrics.Meter.CreateObservableGauge("garita_letters_disk_bytes", () => services.Letters.OnDisk, description: "Octets of messages in files");
        services.Metrics.Meter.CreateObservableGauge("garita_records_dropped", () => services.Ledger.Dropped, description: "Decision records dropped since the start");
    }

    /// <summary>The snapshot in force.</summary>
    public GatewaySettings Settings => _house.Policy.Settings;

    /// <summary>Where it listens, with the ports that were really taken (for <c>:0</c>), in the order of the settings.</summary>
    public IReadOnlyList<(string Listener, IPEndPoint Address)> Addresses => [.. _listeners.Select(static listener => (listener.Settings.Name, listener.Address))];

    private int Slots => _house.Slots;

    /// <summary>Binds the listeners and starts the heartbeat.</summary>
    /// <exception cref="GatewayStartException">An address cannot be bound, a certificate cannot be read; the message says what to do.</exception>
    public async Task StartAsync()
    {
        await _house.Deliveries.LoadAsync();
        await _house.Trust.LoadAsync();
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
        Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "", Settings.Hostname, _started, _house.Counts.Total, Slots,
        _services.Metrics.Accepted, _services.Metrics.Delivered, _services.Metrics.Refused, _services.Letters.InMemory, _services.Letters.OnDisk,
        _services.Ledger.Dropped, [.. _listeners.Select(static listener => $"{listener.Settings.Name} {listener.Address}")], _services.Relay.States(), _services.Metrics.RuleHits())
    { Alarms = _services.Alarms.Latest };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_house.Stopping)
            await StopAsync();
        _heartbeat?.Dispose();
        _turnedAway.Write();
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
            // A proxy brings the connections of many.
            var limits = ProxyStep.Contains(listener.Settings.ProxyProtocolFrom, address)
                ? Settings.Limits with { ConnectionsPerClient = int.MaxValue, ConnectionsPerNetwork = int.MaxValue }
                : Settings.Limits;
            var answer = _house.Counts.TryEnter(address, limits, Slots);
            if (answer != AdmissionAnswer.Admitted)
            {
                TurnAway(listener, socket, address, answer);
                return;
            }

            _services.Metrics.ConnectionAccepted();
            var session = new SmtpSession(_house, new ClientConnection(socket, address, peer.Port), listener, address);
            _house.Sessions.Add(session);
            _ = session.RunAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was gone before it was here.
            socket.Dispose();
        }
    }

    private void TurnAway(Listener listener, Socket socket, IPAddress client, AdmissionAnswer answer)
    {
        _turnedAway.Add(client, listener.Settings.Name, answer);
        _services.Metrics.ConnectionTurnedAway(answer == AdmissionAnswer.Full ? "full" : "limit");
        _ = SocketCalls.TrySend(socket, answer == AdmissionAnswer.Full ? FullLine : ClientLimitLine);
        socket.Dispose();
    }

    private void Beat(long now)
    {
        _house.Sessions.ForEach(now, static (session, at) => session.Beat(at));
        _services.Relay.Sweep();
        _turnedAway.Beat(now);
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
