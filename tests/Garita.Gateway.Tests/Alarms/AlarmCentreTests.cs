using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Garita.Gateway.Alarms;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Relay.Backends;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Alarms;

public sealed class AlarmCentreTests : IDisposable
{
    private const string Secret = "0123456789abcdef-secret";
    private static readonly Alarm Down = new(AlarmKind.BackendDown, "acme", "the mail server 10.0.0.5:25 does not work: no connection", "10.0.0.5:25");
    private readonly string _secret = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly Meter _meter = new("Garita.Test.Alarms");
    private readonly ManualTime _time = new();

    public AlarmCentreTests() => File.WriteAllText(_secret, Secret + "\n");

    [Fact]
    public async Task The_webhook_is_signed_and_asked_again_after_a_failure()
    {
        await using var receiver = new WebhookReceiver(500, 204);
        await using var centre = Centre(new AlarmSettings { Webhook = receiver.Address, SecretFile = _secret, Mail = false });
        centre.Raise(Down);
        await UntilAsync(() => receiver.Requests.Count == 2);
        var (head, body) = receiver.Requests.Last();
        Assert.StartsWith("POST /garita HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
        Assert.Contains("X-Garita-Signature: sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), body)), head, StringComparison.Ordinal);
        Assert.Equal(receiver.Requests.First().Body, body);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("backend-down", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal("acme", json.RootElement.GetProperty("tenant").GetString());
        Assert.Equal("10.0.0.5:25", json.RootElement.GetProperty("key").GetString());
        Assert.False(json.RootElement.GetProperty("over").GetBoolean());
    }

    [Fact]
    public async Task A_4xx_is_final_and_a_receiver_that_fails_for_ever_is_given_up()
    {
        await using var receiver = new WebhookReceiver(404, 500);
        await using var centre = Centre(new AlarmSettings { Webhook = receiver.Address, SecretFile = _secret, Mail = false });
        centre.Raise(Down);
        centre.Raise(Down with { Tenant = "beta" });
        centre.Raise(Down with { Tenant = "gamma" });
        await UntilAsync(() => receiver.Requests.Count == 1 + 4 + 4);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_posted()
    {
        File.WriteAllText(_secret, "short");
        await using var receiver = new WebhookReceiver(204);
        await using var centre = Centre(new AlarmSettings { Webhook = receiver.Address, SecretFile = _secret, Mail = false });
        centre.Raise(Down);
        File.WriteAllText(_secret, Secret);
        centre.Raise(Down with { Tenant = "beta" });
        await UntilAsync(() => !receiver.Requests.IsEmpty);
        Assert.DoesNotContain(receiver.Requests, static request => Encoding.UTF8.GetString(request.Body).Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_is_counted_whether_told_or_not()
    {
        long counted = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (ReferenceEquals(instrument.Meter, _meter)) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (string.Equals(instrument.Name, "garita_alarms_total", StringComparison.Ordinal) && tags[0] is { Key: "kind", Value: "backend-down" })
                counted += value;
        });
        listener.Start();
        await using var centre = Centre(new AlarmSettings { Mail = false });
        centre.Raise(Down);
        centre.Raise(Down);
        centre.Raise(Down with { IsOver = true });
        Assert.Equal(2, counted);
        Assert.Equal([true, false], centre.Latest.Select(static notice => notice.Over));
    }

    [Fact]
    public async Task A_hanging_way_is_bounded_and_holds_nobody()
    {
        // No mail is sent before the start: all of it waits.
        await using var centre = Centre(new AlarmSettings());
        for (var i = 0; i < 10 * NoticeQueue.Most; i++)
            centre.Raise(Down with { Tenant = "t" + i });
        Assert.Equal(AlarmCentre.MostLatest, centre.Latest.Count);
        Assert.Equal("t" + ((10 * NoticeQueue.Most) - 1), centre.Latest[0].Tenant);
    }

    [Fact]
    public async Task The_postmaster_is_told_by_the_own_mail_server()
    {
        await using var backend = new FakeBackend(FakeBackend.Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(backend);
        await using var centre = new AlarmCentre(bench.Settings, _time, _meter, NullLoggerFactory.Instance);
        centre.Start(bench.Relay);
        centre.Raise(Down with { Text = "grüße " + new string('x', 200) + " end" });
        await UntilAsync(() => backend.Messages.Count == 1);
        // RFC 5321 §4.5.5
        Assert.StartsWith("MAIL FROM:<postmaster@example.com>", backend.Lines[1], StringComparison.Ordinal);
        Assert.Equal("RCPT TO:<postmaster@example.com>", backend.Lines[2]);
        var message = backend.Messages[0];
        Assert.Contains("Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n", message, StringComparison.Ordinal);
        Assert.Contains("Subject: [Garita] backend-down, tenant acme\r\n", message, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated\r\n", message, StringComparison.Ordinal);
        Assert.Contains($"Message-ID: <{centre.Latest[0].Id}@gate.example>\r\n", message, StringComparison.Ordinal);
        Assert.Contains("gr??e", message, StringComparison.Ordinal);
        Assert.Contains("About:    10.0.0.5:25\r\n", message, StringComparison.Ordinal);
        Assert.All(message.Split("\r\n"), static line => Assert.True(line.Length <= 78, line));
        Assert.All(message, static character => Assert.True(character < 0x80));
    }

    [Fact]
    public async Task Where_the_own_mail_server_fails_the_smarthost_is_used()
    {
        await using var backend = new FakeBackend("S 554 no mail\nclose");
        await using var smarthost = new FakeBackend(FakeBackend.Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(backend);
        await using var centre = new AlarmCentre(bench.Settings with { Outbound = new BackendSettings { Smtp = [smarthost.Address] } }, _time, _meter, NullLoggerFactory.Instance);
        centre.Start(bench.Relay);
        centre.Raise(Down with { Tenant = null });
        await UntilAsync(() => smarthost.Messages.Count == 1);
        Assert.Contains("To: <postmaster@example.com>\r\n", smarthost.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breaker_that_opens_and_closes_is_told()
    {
        var no = "S 554 no mail\nclose";
        await using var backend = new FakeBackend(no, no, no, no, no, FakeBackend.Hello + FakeBackend.Accept + "stall");
        var heard = new HeardAlarms();
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address] }, heard);
        for (var i = 0; i < 5; i++)
            await bench.DeliverAsync();
        var alarm = Assert.Single(heard.Raised);
        Assert.Equal((AlarmKind.BackendDown, "acme", backend.Address.ToString(), false), (alarm.Kind, alarm.Tenant, alarm.Key, alarm.IsOver));
        bench.Time.Advance(TimeSpan.FromSeconds(13));
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.True(heard.Raised.Last() is { Kind: AlarmKind.BackendDown, IsOver: true });
    }

    public void Dispose()
    {
        _meter.Dispose();
        File.Delete(_secret);
    }

    private AlarmCentre Centre(AlarmSettings alarms) =>
        new(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Alarms = alarms }, _time, _meter, NullLoggerFactory.Instance);

    /// <summary>Lets time pass too, slower than any patience.</summary>
    private async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 1000 && !isSo(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(isSo());
    }
}
