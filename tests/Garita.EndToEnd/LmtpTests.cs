using Xunit;

namespace Garita.EndToEnd;

/// <summary>A real Dovecot behind by LMTP (RFC 2033), over TCP and over a unix socket.</summary>
public sealed class LmtpTests : Scene
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Each_recipient_gets_its_own_answer(bool unix, bool tls)
    {
        Assert.SkipUnless(DovecotServer.IsInstalled, "dovecot-lmtpd is not installed, or not run as root");
        await using var authority = new TestAuthority("lmtp");
        authority.Issue(Folder, "lmtp", "mail.example.com");
        var dovecot = Own(await DovecotServer.StartAsync(Path.Combine(Folder, "dovecot"), ["anna@example.com", "otto@example.com"], tls ? Path.Combine(Folder, "lmtp") : null));
        var address = unix ? "lmtp:unix:" + dovecot.Socket : "lmtp:" + Loopback(dovecot.Port);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", address, "tls = \"opportunistic\""));

        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        // One recipient a transaction: the sender brings the second by itself.
        await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
        await peer.SayAsync("RCPT TO:<nobody@example.com>", "250");
        await peer.SayAsync("RCPT TO:<anna@example.com>", "452 4.5.3");
        await peer.SayAsync("DATA", "354");
        await peer.SendAsync("From: a@example.net\r\nSubject: refused\r\n\r\nhi\r\n.\r\n");
        await peer.ExpectAsync("550 5.1.1");
        await peer.DeliverAsync("anna@example.com", "first");
        await peer.DeliverAsync("otto@example.com", "second");

        // What was learnt late is answered early.
        await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
        Assert.Contains("unknown-recipient", await peer.SayAsync("RCPT TO:<nobody@example.com>", "550 5.1.1"), StringComparison.Ordinal);
        await peer.SayAsync("RCPT TO:<anna@example.com>", "250");
        await peer.SayAsync("QUIT", "221");

        var mail = Assert.Single(dovecot.MailOf("anna@example.com"));
        Assert.Contains("Subject: first", mail, StringComparison.Ordinal);
        Assert.Contains("by gw.example.com (Garita) with ESMTP", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: second", Assert.Single(dovecot.MailOf("otto@example.com")), StringComparison.Ordinal);
        Assert.Empty(dovecot.MailOf("nobody@example.com"));
        Assert.Contains("lmtp:", await ExplainAsync(gateway, "anna@example.com", "delivered"), StringComparison.Ordinal);
    }
}
