using Garita.Gateway.Admission;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Counters;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Evidence.Impersonation;
using Garita.Gateway.Evidence.Reputation;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>What all sessions share.</summary>
internal sealed class Gatehouse : IDisposable
{
    private Policy _policy;

    internal Gatehouse(GatewayServices services, GatewaySettings settings)
    {
        Services = services;
        _policy = new Policy(settings);
        Log = services.Logs.CreateLogger("Garita.Session");
        ReverseDns = new ReverseDns(services.Dns, services.Time);
        MailDomain = new MailDomain(services.Dns, services.Time);
        SenderPolicy = new SenderPolicy(services.Dns, services.Time);
        Dnsbl = new Dnsbl(services.Dns, services.Time, services.Logs.CreateLogger("Garita.Dnsbl"));
        Greylist = new Greylist(services.Ledger, services.Time);
        Engines = new EngineRoom(services.Time, services.Metrics.Meter, services.Logs.CreateLogger("Garita.Engines"));
        Engines.Apply(settings.Engines);
        AuthorPolicy = new AuthorPolicy(services.Dns, services.Time);
        PublicSuffixes = new PublicSuffixFile(settings.Dmarc.PublicSuffixList, services.Time, services.Logs.CreateLogger("Garita.PublicSuffix"));
        Impersonation = new ImpersonationWatch(PublicSuffixes);
        MessageAuth = new MessageAuth(services.Dns, services.Time);
        MessageSeal = new MessageSeal(services.Time, services.Logs.CreateLogger("Garita.Relay"));
        Content = new ContentReader(services.Letters, services.Time);
        Deliveries = new DeliveryMemory(services.Ledger, services.Time);
        Trust = new TrustBook(services.Ledger, services.Time);
        Reception = new Reception(services.Ledger, Trust, services.Metrics, services.Time, services.Logs.CreateLogger("Garita.Admission"));
        TenantRates = new TenantRates(services.Time);
        Bans = new BanBook(settings, services.Ledger, services.Time, Trust, services.BanSink, services.Logs.CreateLogger("Garita.Bans")) { Alarms = services.Alarms };
        NeverBans = new NeverBanWatch(Bans, services.Time, static name => System.Net.Dns.GetHostAddressesAsync(name));
        Harvest = new HarvestWatch(services.Time) { Offended = Bans.Offend, Alarms = services.Alarms };
        HarvestKeeper = new HarvestKeeper(Harvest, services.Ledger, services.Time, services.Logs.CreateLogger("Garita.Harvest"));
        Certificates = new CertificateStore(services.Time, services.Logs.CreateLogger("Garita.Tls"));
        Offers = new EhloOffers(services.Relay, services.Time);
    }

    internal GatewayServices Services { get; }

    internal TimeProvider Time => Services.Time;

    internal ILogger Log { get; }

    /// <summary>The policy in force; a session takes it once.</summary>
    internal Policy Policy
    {
        get => Volatile.Read(ref _policy);
        set => Volatile.Write(ref _policy, value);
    }

    /// <summary>Connections that are possible: the setting, or what the limit of open files or the memory budget allows.</summary>
    internal int Slots => Math.Min(Math.Min(Policy.Settings.Limits.Connections, Policy.Memory.Connections), MostConnections);

    /// <summary>What the limit of open files allows.</summary>
    internal int MostConnections { get; init; } = int.MaxValue;

    internal SessionTable Sessions { get; } = new();

    /// <summary>Who may connect and stay.</summary>
    internal Reception Reception { get; }

    internal HandshakeGate Handshakes { get; } = new();

    internal TlsPlaces TlsPlaces { get; } = new();

    internal CertificateStore Certificates { get; }

    internal ReverseDns ReverseDns { get; }

    internal MailDomain MailDomain { get; }

    internal SenderPolicy SenderPolicy { get; }

    internal Dnsbl Dnsbl { get; }

    internal Greylist Greylist { get; }

    internal EngineRoom Engines { get; }

    internal AuthorPolicy AuthorPolicy { get; }

    internal PublicSuffixFile PublicSuffixes { get; }

    internal ImpersonationWatch Impersonation { get; }

    internal MessageAuth MessageAuth { get; }

    /// <summary>For messages that are changed here.</summary>
    internal MessageSeal MessageSeal { get; }

    internal ContentReader Content { get; }

    internal DeliveryMemory Deliveries { get; }

    internal TrustBook Trust { get; }

    internal BanBook Bans { get; }

    internal NeverBanWatch NeverBans { get; }

    internal HarvestWatch Harvest { get; }

    internal HarvestKeeper HarvestKeeper { get; }

    internal EhloOffers Offers { get; }

    internal TenantShares Shares { get; } = new();

    internal TenantRates TenantRates { get; }

    /// <summary>Whether no new transaction may begin because the gateway stops.</summary>
    internal volatile bool Stopping;

    /// <summary>A point of time from now on, as the clock's time stamp.</summary>
    internal long In(TimeSpan span) => Time.GetTimestamp() + (long)(span.TotalSeconds * Time.TimestampFrequency);

    public void Dispose()
    {
        Content.Dispose();
        Handshakes.Dispose();
        Certificates.Dispose();
        Engines.Dispose();
    }
}
