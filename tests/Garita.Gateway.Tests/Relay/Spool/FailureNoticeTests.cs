using System.Text;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Relay.Backends;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Spool;

/// <summary>Who is told that accepted mail was not delivered, and how.</summary>
public sealed class FailureNoticeTests
{
    private const string Smarthost = FakeBackend.Hello + FakeBackend.Accept;

    [Theory]
    [InlineData(true, true, "x.test", DsnNotify.None, 1)]
    [InlineData(true, true, "x.test", DsnNotify.Failure, 1)]
    [InlineData(true, true, "x.test", DsnNotify.Never, 0)]
    [InlineData(true, true, "x.test", DsnNotify.Delay, 0)]
    [InlineData(true, true, null, DsnNotify.None, 0)]
    [InlineData(false, true, "x.test", DsnNotify.None, 0)]
    [InlineData(true, false, "x.test", DsnNotify.None, 0)]
    public async Task Only_a_verified_sender_is_told_where_the_tenant_wants_it(bool tenantWants, bool hasSmarthost, string? passed, DsnNotify notify, int expected)
    {
        await using var smarthost = new FakeBackend(Smarthost);
        await using var scene = new SpoolScene(settings => settings with
        {
            Hostname = "gate.example",
            Tenants = [settings.Tenants[0] with { Dsn = tenantWants }],
            Outbound = hasSmarthost ? new BackendSettings { Smtp = [smarthost.Address], Tls = BackendTls.None } : null,
        });
        await scene.StartAsync();
        await scene.KeepAsync("m", passed: passed, notify: notify);
        scene.Relay.Answer = static _ => SpoolScene.Answer(DeliveryOutcome.Refused, 550);
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Single(scene.Quarantine.Kept);
        Assert.Equal(expected, smarthost.Messages.Count);
        if (expected == 0)
            return;
        Assert.Contains(smarthost.Lines, static line => line.StartsWith("MAIL FROM:<>", StringComparison.Ordinal));
        Assert.Contains(smarthost.Lines, static line => line.StartsWith("RCPT TO:<a@x.test>", StringComparison.Ordinal));
        var text = smarthost.Messages[0];
        Assert.Contains("report-type=delivery-status", text, StringComparison.Ordinal);
        Assert.DoesNotContain("words of the server", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_a_report_of_RFC_3464()
    {
        var envelope = new SpooledEnvelope
        {
            Session = "s", SenderLocal = "a", SenderDomain = "x.test", EnvelopeId = "QQ314159", MessageId = "<1@x.test>", Client = "192.0.2.7:1", Local = "192.0.2.8:25", Helo = "x.test",
            Recipients = [new SpooledRecipient("anna", "example.com", DsnNotify.None, "rfc822;anna+x@old.example"), new SpooledRecipient("grüße", "example.com", DsnNotify.None, null)],
        };
        var result = new DeliveryResult(DeliveryOutcome.Refused, null, 550, new EnhancedCode(5, 7, 1), "inside words", []);
        var header = Encoding.UTF8.GetBytes("Subject: grüße\r\nFrom: a@x.test\r\n" + "X: " + new string('y', 3000) + "\r\n\r\nbody");
        var time = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var octets = FailureNoticeMessage.Write(new FailureNotice("gate.example", new Mailbox("a", "x.test"), envelope, envelope.Recipients, SpoolId.FirstOf(time), header, HasExpired: false, result, time));
        var text = Encoding.ASCII.GetString(octets);
        Assert.Contains("Auto-Submitted: auto-replied\r\n", text, StringComparison.Ordinal);
        Assert.Contains("References: <1@x.test>\r\n", text, StringComparison.Ordinal);
        Assert.Contains("""
            Reporting-MTA: dns; gate.example
            Original-Envelope-Id: QQ314159
            Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000

            Original-Recipient: rfc822;anna+x@old.example
            Final-Recipient: rfc822; anna@example.com
            Action: failed
            Status: 5.7.1
            Diagnostic-Code: smtp; 550 5.7.1 refused by the mail server

            Final-Recipient: utf-8; gr\x{FC}\x{DF}e@example.com
            Action: failed
            """.ReplaceLineEndings("\r\n"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("inside words", text, StringComparison.Ordinal);
        Assert.DoesNotContain("body", text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"), static line => Assert.True(line.Length <= 998 && !line.Contains('\n', StringComparison.Ordinal) && line.All(static character => character is '\t' or (>= ' ' and <= '~'))));
        var boundary = text.Split("boundary=\"")[1].Split('"')[0];
        Assert.Equal(5, text.Split("--" + boundary).Length);
        Assert.EndsWith($"--{boundary}--\r\n", text, StringComparison.Ordinal);
    }
}
