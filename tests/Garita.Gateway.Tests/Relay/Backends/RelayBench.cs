using System.Net;
using System.Text;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

/// <summary>A relay with a clock that stands still, a heartbeat, and backends.</summary>
internal sealed class RelayBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-relay-").FullName;
    private readonly PeriodicTimer _heart = new(TimeSpan.FromMilliseconds(5), TimeProvider.System);

    internal RelayBench(BackendSettings backends, Alarms.HeardAlarms? alarms = null)
    {
        Tenant = new TenantSettings { Name = "acme", Domains = ["example.com"], Backends = backends };
        Settings = new GatewaySettings { Hostname = "gate.example", DataFolder = _folder, Tenants = [Tenant], Memory = new MemorySettings { Budget = 64 << 20 } };
        Letters = new LetterBox(Settings);
        Relay = new Gateway.Relay.Relay(Settings, Time, NullLoggerFactory.Instance, new Random(1), alarms: alarms);
        _ = BeatAsync();
    }

    internal RelayBench(params FakeBackend[] backends)
        : this(new BackendSettings { Smtp = [.. backends.Select(static b => b.Address)] })
    {
    }

    internal ManualTime Time { get; } = new();

    internal TenantSettings Tenant { get; }

    internal GatewaySettings Settings { get; }

    internal LetterBox Letters { get; }

    internal Gateway.Relay.Relay Relay { get; }

    internal async Task<DeliveryResult> DeliverAsync(
        string content = "Subject: x\r\n\r\nhello\r\n", int recipients = 1, bool smtpUtf8 = false, IReadOnlyList<(int, int)>? omitted = null)
    {
        using var letter = await WriteAsync(content);
        return await Relay.DeliverAsync(new Delivery
        {
            Tenant = Tenant,
            Session = "s1",
            Mail = new MailCommand { Path = new SmtpPath(new Mailbox("from", "example.org"), false, false), SmtpUtf8 = smtpUtf8 },
            Recipients = [.. Enumerable.Range(0, recipients).Select(static i => new RcptCommand { Path = new SmtpPath(new Mailbox($"to{i}", "example.com"), false, false) })],
            AddedFields = "Received: by gate\r\n"u8.ToArray(),
            Letter = letter,
            Omitted = omitted ?? [],
            Deadline = Time.GetTimestamp() + TimeSpan.FromSeconds(240).Ticks,
            Client = new ClientIdentity(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1234), new IPEndPoint(IPAddress.Parse("198.51.100.1"), 25), null, "client.example", IsEsmtp: true),
        }).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    internal async Task<ILetter> WriteAsync(string content)
    {
        var letter = Letters.Open("acme", null)!;
        ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(content);
        while (!rest.IsEmpty)
        {
            var room = letter.GetRoom()!.Value;
            var count = Math.Min(room.Length, rest.Length);
            rest[..count].CopyTo(room);
            Assert.True(await letter.AdvanceAsync(count));
            rest = rest[count..];
        }
        await letter.SealAsync();
        return letter;
    }

    public async ValueTask DisposeAsync()
    {
        _heart.Dispose();
        await Relay.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BeatAsync()
    {
        while (await _heart.WaitForNextTickAsync())
            Relay.Sweep();
    }
}
