using Xunit;

namespace Garita.EndToEnd;

/// <summary>SMTPUTF8 (RFC 6531) and DSN (RFC 3461): passed on where the mail server has them, refused where it has not.</summary>
public sealed class ExtensionTests : Scene
{
    private static readonly string[] All = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN"];
    private static readonly string[] None = ["PIPELINING", "8BITMIME"];

    [Fact]
    public async Task What_the_server_offers_is_offered_and_passed_on()
    {
        await using var server = new ScriptedServer(All);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)));
        using var peer = await OfferedAsync(gateway, "250-DSN\n");
        Assert.Contains("250-SMTPUTF8\n", await peer.SayAsync("EHLO client.example.net", "250"), StringComparison.Ordinal);
        await peer.SayAsync("MAIL FROM:<ä@exämple.net> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B314159", "250");
        await peer.SayAsync("RCPT TO:<grüße@example.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob@example.com", "250");
        await peer.SayAsync("DATA", "354");
        await peer.SendAsync("From: <ä@exämple.net>\r\nSubject: Grüße\r\n\r\nhi\r\n.\r\n");
        await peer.ExpectAsync("250");

        var mail = Assert.Single(server.Commands, static line => line.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.StartsWith("MAIL FROM:<ä@", mail, StringComparison.Ordinal);
        foreach (var parameter in new[] { " BODY=8BITMIME", " SMTPUTF8", " RET=HDRS", " ENVID=QQ+2B314159" })
            Assert.Contains(parameter, mail, StringComparison.Ordinal);
        Assert.Single(server.Commands, static line => line is "RCPT TO:<grüße@example.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob@example.com");
        var message = Assert.Single(server.Messages);
        Assert.Contains("Subject: Grüße\n", message, StringComparison.Ordinal);
        Assert.Contains("with UTF8SMTP id", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_has_not_is_not_offered_and_refused()
    {
        await using var server = new ScriptedServer(None);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)));
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await peer.DeliverAsync("anna@example.com", "makes it known");
        var offer = await UntilAsync(() => peer.SayAsync("EHLO client.example.net", "250"), static offer => !offer.Contains("SMTPUTF8", StringComparison.Ordinal));
        Assert.DoesNotContain("DSN", offer, StringComparison.Ordinal);

        // RFC 6531 §3.5
        await peer.SayAsync("MAIL FROM:<ä@example.net> SMTPUTF8", "250");
        await peer.SayAsync("RCPT TO:<anna@example.com>", "550 5.6.7");
        await peer.SayAsync("RSET", "250");
        // Not without saying so either.
        await peer.SayAsync("MAIL FROM:<ä@example.net>", "5");
        // RFC 5321 §4.1.1.11: parameters of what was not offered.
        await peer.SayAsync("MAIL FROM:<a@example.net> RET=HDRS", "555 5.5.4");
        await peer.SayAsync("MAIL FROM:<a@example.net> ENVID=x", "555 5.5.4");
        await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
        await peer.SayAsync("RCPT TO:<anna@example.com> NOTIFY=NEVER", "555 5.5.4");
        await peer.SayAsync("RCPT TO:<anna@example.com> ORCPT=rfc822;anna@example.com", "555 5.5.4");
        await peer.SayAsync("RCPT TO:<anna@example.com>", "250");
        await peer.SayAsync("QUIT", "221");
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task With_two_servers_each_gets_what_it_can_carry()
    {
        await using var new_ = new ScriptedServer(All);
        await using var old = new ScriptedServer(None);
        var gateway = await ServeAsync(port => Head(port) + Tenant("new", "new.example", Loopback(new_.Port)) + Tenant("old", "old.example", Loopback(old.Port)));
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await peer.DeliverAsync("anna@new.example", "makes it known");
        await peer.DeliverAsync("anna@old.example", "makes it known");
        var offer = await UntilAsync(() => peer.SayAsync("EHLO client.example.net", "250"), static offer => offer.Contains("250-SMTPUTF8\n", StringComparison.Ordinal));
        Assert.DoesNotContain("DSN", offer, StringComparison.Ordinal);

        await peer.SayAsync("MAIL FROM:<ä@example.net> SMTPUTF8", "250");
        await peer.SayAsync("RCPT TO:<anna@old.example>", "550 5.6.7");
        await peer.SayAsync("RCPT TO:<änna@new.example>", "250");
        await peer.SayAsync("DATA", "354");
        await peer.SendAsync("From: <ä@example.net>\r\nSubject: Grüße\r\n\r\nhi\r\n.\r\n");
        await peer.ExpectAsync("250");
        Assert.Equal(2, new_.Messages.Count);
        Assert.Single(old.Messages);
    }

    [Fact]
    public async Task A_server_that_is_down_at_the_start_makes_no_sender_bounce_international_mail()
    {
        // A sender that is not offered SMTPUTF8 returns the message for good; one that gets 451 comes again.
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));
        await gateway.WaitForLogAsync("listens on");
        using var peer = await OfferedAsync(gateway, "250-SMTPUTF8\n");
        await peer.SayAsync("MAIL FROM:<ä@example.net> SMTPUTF8", "250");
        await peer.SayAsync("RCPT TO:<änna@example.com>", "250");
        await peer.SayAsync("DATA", "354");
        await peer.SendAsync("From: <ä@example.net>\r\nSubject: Grüße\r\n\r\nhi\r\n.\r\n");
        await peer.ExpectAsync("451 4.4.1");
    }

    /// <summary>A session whose EHLO offers this: the server is asked in the first moments.</summary>
    private static async Task<SmtpPeer> OfferedAsync(RunningGateway gateway, string what)
    {
        var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await UntilAsync(() => peer.SayAsync("EHLO client.example.net", "250"), offer => offer.Contains(what, StringComparison.Ordinal));
        return peer;
    }
}
