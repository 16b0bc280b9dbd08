using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Counters;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>A gateway on a free port of 127.0.0.1 with everything around it faked.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly GatewayServer _server;
    private readonly GatewayMetrics _metrics = new();
    private readonly TimeProvider? _time;

    private GatewayUnderTest(Func<GatewaySettings, GatewaySettings>? change, TimeProvider? time, Garita.Gateway.Relay.Spool.ISpool? spool, ILedger? ledger)
    {
        _time = time;
        TenantSettings Tenant(string name, string domain) => new()
        {
            Name = name,
            Domains = [domain],
            Backends = new BackendSettings { Smtp = [new BackendAddress("127.0.0.1", 1, false, false)] },
        };
        var tenants = new[] { Tenant("acme", "example.com"), Tenant("other", "example.org") };
        var settings = new GatewaySettings
        {
            Hostname = "mx.example.com",
            DataFolder = "/nonexistent",
            Listeners = [new ListenerSettings { Name = "mx", Bind = [new IPEndPoint(IPAddress.Loopback, 0)] }],
            Tenants = tenants,
            TenantByDomain = tenants.ToFrozenDictionary(static tenant => tenant.Domains[0], StringComparer.Ordinal),
            Limits = new LimitSettings { MessageSize = 20_000, Recipients = 3 },
        };
        if (change is not null)
            settings = change(settings);
        var services = new GatewayServices(time ?? TimeProvider.System, Dns, Recipients, Relay, Letters, ledger ?? Ledger, _metrics, NullLoggerFactory.Instance) { Quarantine = Quarantine, Spool = spool };
        _server = new GatewayServer(services, settings);
    }

    public FakeRelay Relay { get; } = new();

    public FakeQuarantine Quarantine { get; } = new();

    public FakeLetters Letters { get; } = new();

    public FakeLedger Ledger { get; } = new();

    public FakeDns Dns { get; } = new();

    public FakeRecipients Recipients { get; } = new();

    public GatewayServer Server => _server;

    public IPEndPoint Address => _server.Addresses[0].Address;

    public static async Task<GatewayUnderTest> StartAsync(Func<GatewaySettings, GatewaySettings>? change = null, TimeProvider? time = null, Garita.Gateway.Relay.Spool.ISpool? spool = null, ILedger? ledger = null)
    {
        var gateway = new GatewayUnderTest(change, time, spool, ledger);
        await gateway._server.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever stops it waits for sessions to end; a clock that stands still would keep him waiting for ever.
        var stopped = _server.DisposeAsync().AsTask();
        while (!stopped.IsCompleted)
        {
            (_time as ManualTime)?.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        await stopped;
        _metrics.Dispose();
    }

    internal sealed class FakeDns : IDnsResolver
    {
        /// <summary>Names that were asked for by sender evidence, with their types.</summary>
        public ConcurrentQueue<string> Asked { get; } = new();

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => ValueTask.FromResult(new DnsAnswer<string>(DnsStatus.NoName, []));

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) =>
            ValueTask.FromResult(name.EndsWith("nowhere.test", StringComparison.Ordinal) || name.StartsWith("1.0.0.127.", StringComparison.Ordinal) ? new DnsAnswer<IPAddress>(DnsStatus.NoName, []) : new DnsAnswer<IPAddress>(DnsStatus.Found, [IPAddress.Loopback]));

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => AddressesAsync(name);

        public ValueTask<DnsAnswer<string>> TextsAsync(string name)
        {
            Asked.Enqueue("TXT " + name);
            return ValueTask.FromResult(Text(name));
        }

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain)
        {
            Asked.Enqueue("MX " + domain);
            return ValueTask.FromResult(Exchangers(domain));
        }

        private static DnsAnswer<string> Text(string name) => name switch
        {
            "fail.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=spf1 -all"]),
            "softfail.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=spf1 ~all"]),
            "permitted.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=spf1 ip4:127.0.0.0/8 -all"]),
            "_dmarc.reject.test" or "_dmarc.permitted.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=DMARC1; p=reject"]),
            "_dmarc.testing.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=DMARC1; p=quarantine; t=y"]),
            "down.test" or "x._domainkey.down.test" => new DnsAnswer<string>(DnsStatus.Failed, []),
            _ => new DnsAnswer<string>(DnsStatus.NoName, []),
        };

        private static DnsAnswer<MxRecord> Exchangers(string domain) => domain switch
        {
            "null.test" => new DnsAnswer<MxRecord>(DnsStatus.Found, [new MxRecord(0, "")]),
            "nowhere.test" => new DnsAnswer<MxRecord>(DnsStatus.NoName, []),
            _ => new DnsAnswer<MxRecord>(DnsStatus.Found, [new MxRecord(10, "mx.test")]),
        };
    }

    internal sealed class FakeRecipients : IRecipientDirectory
    {
        private readonly List<(string Recipient, int Code)> _refused = [];

        public IReadOnlyList<(string Recipient, int Code)> Refused => _refused;

        private int _asked;

        /// <summary>How often it was asked.</summary>
        public int Asked => Volatile.Read(ref _asked);

        public ValueTask<RecipientAnswer> FindAsync(TenantSettings tenant, Mailbox? sender, Mailbox recipient)
        {
            Interlocked.Increment(ref _asked);
            return ValueTask.FromResult(recipient.LocalPart.StartsWith("user", StringComparison.OrdinalIgnoreCase) || recipient.LocalPart is "postmaster"
                ? new RecipientAnswer(RecipientStatus.Known, "file")
                : new RecipientAnswer(RecipientStatus.Unknown, "file"));
        }

        public void RefusedLate(TenantSettings tenant, Mailbox? sender, Mailbox recipient, int code, EnhancedCode? enhanced) => _refused.Add((recipient.ToString(), code));
    }
}
