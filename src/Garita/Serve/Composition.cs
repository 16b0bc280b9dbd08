using Garita.Gateway;
using Garita.Gateway.Alarms;
using Garita.Gateway.Counters;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Reports;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Wall.Warden;
using Microsoft.Extensions.Logging;

namespace Garita.Serve;

/// <summary>All parts of a gateway, made in one place and disposed of in the reverse order.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly SqliteLedger _ledger;
    private readonly DnsResolver _dns;
    private readonly LetterBox _letters;
    private readonly Gateway.Relay.Relay _relay;
    private readonly AlarmCentre _alarms;
    private readonly QuarantineStore _quarantine;
    private readonly DmarcReports _reports;

    private Composition(SqliteLedger ledger, DnsResolver dns, RecipientDirectory recipients, LetterBox letters, Gateway.Relay.Relay relay, AlarmCentre alarms, QuarantineStore quarantine, DmarcReports reports, WardenSink warden, GatewayServices services, Spool spool, GatewayServer server, IReadOnlyList<ExceptionRule> made)
    {
        _ledger = ledger;
        _dns = dns;
        Recipients = recipients;
        _letters = letters;
        _relay = relay;
        _alarms = alarms;
        _quarantine = quarantine;
        Quarantine = new QuarantineActs(quarantine, new QuarantineRelease(quarantine, relay, services.Time, services.Logs), services.Time);
        _reports = reports;
        Warden = warden;
        Services = services;
        Spool = spool;
        Server = server;
        Exceptions = made;
    }

    public GatewayServices Services { get; }

    public GatewayServer Server { get; }

    /// <summary>Who keeps bans in the kernel.</summary>
    public WardenSink Warden { get; }

    /// <summary>What is kept for mail servers that do not answer.</summary>
    public Spool Spool { get; }

    /// <summary>Exceptions of the ledger at the start.</summary>
    public IReadOnlyList<ExceptionRule> Exceptions { get; }

    /// <summary>Who exists.</summary>
    public RecipientDirectory Recipients { get; }

    /// <summary>What administrators do with messages that are kept.</summary>
    public QuarantineActs Quarantine { get; }

    /// <summary>Makes the parts; nothing listens yet.</summary>
    /// <exception cref="GatewayStartException">The data folder cannot be used.</exception>
    public static async Task<Composition> CreateAsync(GatewaySettings file, TimeProvider time, ILoggerFactory logs, IReadOnlyList<HandedSocket> handed)
    {
        CreateDataFolder(file.DataFolder);
        var ledger = await SqliteLedger.OpenAsync(file.DataFolder, file.Ledger, time, logs);
        var made = await ledger.ExceptionsAsync();
        var settings = GatewayHost.Combine(file, made);
        var refusals = new RefusalMemory(ledger, time);
        await refusals.LoadAsync();
        var metrics = new GatewayMetrics();
        var alarms = new AlarmCentre(settings, time, metrics.Meter, logs);
        var relay = new Gateway.Relay.Relay(settings, time, logs, acquaints: true, alarms: alarms);
        alarms.Start(relay);
        var recipients = new RecipientDirectory(refusals, time, logs, relay, alarms);
        recipients.Apply(settings);
        var letters = new LetterBox(settings);
        var quarantine = await QuarantineStore.OpenAsync(settings, ledger, time, alarms, logs);
        quarantine.Start(relay, logs);
        var dns = new DnsResolver(settings.Dns, time);
        var reports = new DmarcReports(settings, dns, time, logs);
        var warden = new WardenSink(settings.Wall.Warden, isExpected: !string.Equals(settings.Wall.Warden, WardenProtocol.DefaultSocket, StringComparison.Ordinal), time, metrics.Meter, logs);
        var services = new GatewayServices(time, dns, recipients, relay, letters, ledger, metrics, logs) { Alarms = alarms, Quarantine = quarantine, DmarcReports = reports, BanSink = warden };
        var spool = new Spool(services, quarantine, settings);
        services = services with { Spool = spool };
        recipients.ShowOn(metrics.Meter);
        return new Composition(ledger, dns, recipients, letters, relay, alarms, quarantine, reports, warden, services, spool, new GatewayServer(services, settings, handed), made);
    }

    /// <summary>Tells the parts that keep settings of their own.</summary>
    public void Apply(GatewaySettings settings)
    {
        _dns.Apply(settings.Dns);
        _alarms.Apply(settings);
        _reports.Apply(settings);
        Recipients.Apply(settings);
        _letters.Apply(settings);
        _quarantine.Apply(settings);
        Spool.Apply(settings);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Warden.DisposeAsync();
        await Server.DisposeAsync();
        Spool.Stop();
        _quarantine.Stop();
        await _reports.DisposeAsync();
        await _alarms.DisposeAsync();
        await _relay.DisposeAsync();
        // Tries that are under way end with their connections.
        await Spool.DisposeAsync();
        await _quarantine.DisposeAsync();
        Recipients.Dispose();
        Services.Metrics.Dispose();
        await _ledger.DisposeAsync();
    }

    private static void CreateDataFolder(string folder)
    {
        try
        {
            // Sockets, messages in transit and records are nobody else's matter.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"cannot make the data folder {folder}: {problem.Message}; make it, owned by the user that runs garita, or name another with data = …", problem);
        }
    }
}
