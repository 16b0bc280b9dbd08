using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Alarms;
using Garita.Gateway.Counters;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Alarms;
using Garita.Gateway.Tests.Dialogue;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Spool;

/// <summary>A spool with everything around it faked; a restart makes a new one on the same disk.</summary>
internal sealed class SpoolScene : IAsyncDisposable
{
    private readonly List<GatewayMetrics> _metrics = [];

    public SpoolScene(Func<GatewaySettings, GatewaySettings>? change = null, FaultyDisk? disk = null)
    {
        Disk = disk ?? new FaultyDisk();
        Settings = new GatewaySettings
        {
            Hostname = "mx.example.com",
            DataFolder = "/data",
            Tenants = [Tenant("acme", "example.com"), Tenant("other", "example.org")],
        };
        if (change is not null)
            Settings = change(Settings);
        Spool = Make();
    }

    public FaultyDisk Disk { get; }

    public GatewaySettings Settings { get; set; }

    public ManualTime Time { get; } = new();

    public FakeRelay Relay { get; } = new() { Answer = static _ => Unreachable() };

    public FakeLedger Ledger { get; } = new();

    public HeardAlarms Alarms { get; } = new();

    public GatewayUnderTest.FakeRecipients Recipients { get; } = new();

    public FakeQuarantine Quarantine { get; } = new();

    public Gateway.Relay.Spool.Spool Spool { get; private set; }

    /// <summary>Subjects in the order in which they were tried.</summary>
    public IReadOnlyList<string> Tried => [.. Relay.Got.Select(static got => SubjectOf(got.Text))];

    public static TenantSettings Tenant(string name, string domain) => new()
    {
        Name = name,
        Domains = [domain],
        WhenBackendDown = WhenBackendDown.Spool,
        Backends = new BackendSettings { Smtp = [new BackendAddress("127.0.0.1", 1, false, false)] },
    };

    public static ValueTask<DeliveryResult> Unreachable() => new(new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", []));

    public static ValueTask<DeliveryResult> Delivered() => new(FakeRelay.Delivered());

    public static ValueTask<DeliveryResult> Answer(DeliveryOutcome outcome, int code, params int[] replies) => new(new DeliveryResult(outcome, null, code, null, "words of the server", replies));

    public static string SubjectOf(string text) => text.Split("Subject: ")[1].Split('\r')[0];

    public async Task StartAsync() => await Spool.StartAsync();

    /// <summary>The process ends without a word, and another begins.</summary>
    public async Task<int> RestartAsync()
    {
        Spool.Stop();
        await Spool.DisposeAsync();
        Disk.Restart();
        Spool = Make();
        return (await Spool.StartAsync()).Count;
    }

    /// <summary>Keeps a message; whether its sender is told 250.</summary>
    public async Task<bool> KeepAsync(string subject, int tenant = 0, string[]? recipients = null, string? passed = null, DsnNotify notify = DsnNotify.None, TenantSettings? settings = null)
    {
        var owner = settings ?? Settings.Tenants[tenant];
        using var letter = new MemoryLetter(Encoding.UTF8.GetBytes($"From: a@x.test\r\nSubject: {subject}\r\n\r\nhi\r\n"));
        var message = new SpooledMessage(new Delivery
        {
            Tenant = owner,
            Session = "s-" + subject,
            Mail = new MailCommand { Path = PathOf("a", "x.test"), Size = 7, Body = MailBody.EightBitMime, Return = DsnReturn.Headers, EnvelopeId = "QQ314159" },
            Recipients = [.. (recipients ?? ["user1"]).Select(local => new RcptCommand { Path = PathOf(local, owner.Domains[0]), Notify = notify, OriginalRecipient = "rfc822;o@x.test" })],
            AddedFields = "Received: from x\r\n"u8.ToArray(),
            Letter = letter,
            Omitted = [(0, 5)],
            Deadline = 0,
            Client = new ClientIdentity(IPEndPoint.Parse("192.0.2.7:25000"), IPEndPoint.Parse("[2001:db8::1]:25"), "mail.x.test", "x.test", IsEsmtp: true),
        }, 3, SHA256.HashData(Encoding.UTF8.GetBytes(subject)), "<1@x.test>", passed, EarnsTrust: true);
        return await Spool.KeepAsync(message);
    }

    /// <summary>Lets time pass, and what is due be done.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await CalmAsync();
    }

    /// <summary>Waits until no try is under way.</summary>
    public Task CalmAsync() => UntilAsync(() => Spool.UnderWay == 0);

    public static async Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string wanted = "")
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60), "not within 60 s: " + wanted);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Spool.DisposeAsync();
        _metrics.ForEach(static metrics => metrics.Dispose());
    }

    private static SmtpPath PathOf(string local, string domain) => new(new Mailbox(local, domain), HasSourceRoute: false, HasTrailingDot: false);

    private Gateway.Relay.Spool.Spool Make()
    {
        var metrics = new GatewayMetrics();
        _metrics.Add(metrics);
        var services = new GatewayServices(Time, new GatewayUnderTest.FakeDns(), Recipients, Relay, new FakeLetters(), Ledger, metrics, NullLoggerFactory.Instance) { Alarms = Alarms };
        return new Gateway.Relay.Spool.Spool(services, Quarantine, Settings, Disk);
    }

    internal sealed class FakeQuarantine : IQuarantine
    {
        public QuarantineOutcome Outcome { get; set; }

        public ConcurrentQueue<(QuarantinedMessage Message, string Text)> Kept { get; } = new();

        public async ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message)
        {
            if (Outcome == QuarantineOutcome.Kept)
                Kept.Enqueue((message, Encoding.UTF8.GetString((await message.Delivery.Letter.ReadAsync(0)).Span)));
            return (Outcome, "q1");
        }
    }
}
