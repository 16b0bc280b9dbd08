using Xunit;

namespace Garita.EndToEnd;

/// <summary>Call-ahead with a real Postfix that knows who exists, and with a server that takes every name.</summary>
public sealed class CallAheadTests : Scene
{
    private const string Source = "[tenant.recipients]\nsource = \"call-ahead\"\n";

    [Fact]
    public async Task The_mail_server_is_asked_who_exists()
    {
        var postfix = await PostfixAsync("""
            virtual_mailbox_domains =
            relay_domains = example.com
            relay_recipient_maps = inline:{anna@example.com=x}
            relay_transport = virtual
            mydestination = example.org
            local_recipient_maps = inline:{bob=x}
            """);
        await using var lenient = new ScriptedServer(["PIPELINING"]);
        var address = Loopback(postfix.Port);
        var gateway = await ServeAsync(port => Head(port)
            + Tenant("acme", "example.com", address) + Source
            + Tenant("org", "example.org", address) + Source
            + Tenant("lenient", "lenient.example", Loopback(lenient.Port)) + Source
            + Tenant("down", "down.example", Loopback(RunningGateway.FreePort())) + Source);

        // 1. Mail for who exists arrives; nobody else gets further than RCPT.
        using (var peer = await SmtpPeer.GreetAsync(gateway.Port))
        {
            await peer.DeliverAsync("anna@example.com", "for anna");
            await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
            await peer.SayAsync("RCPT TO:<eve@example.com>", "550 5.1.1");
            await peer.SayAsync("RCPT TO:<Eve@example.com>", "550 5.1.1");
        }

        Assert.Contains("Subject: for anna", await SingleAsync(postfix), StringComparison.Ordinal);
        var log = await File.ReadAllLinesAsync(Path.Combine(postfix.Folder, "mail.log"));
        Assert.Single(log, static line => line.Contains("eve@example.com", StringComparison.OrdinalIgnoreCase) && line.Contains("reject: RCPT", StringComparison.Ordinal) && line.Contains("from=<>", StringComparison.Ordinal));

        // 2. Where it is known from.
        Assert.Equal((0, "anna@example.com: known (call-ahead-cache), tenant acme"), await CheckAsync(gateway, "anna@example.com"));
        Assert.Equal((0, "bob@example.org: known (call-ahead), tenant org"), await CheckAsync(gateway, "bob@example.org"));
        Assert.Equal((1, "eve@example.org: unknown (call-ahead), tenant org"), await CheckAsync(gateway, "eve@example.org"));

        // 3. A catch-all is recognised.
        Assert.Equal((0, "x@lenient.example: known (call-ahead), tenant lenient"), await CheckAsync(gateway, "x@lenient.example"));
        Assert.Equal((0, "y@lenient.example: known (call-ahead-catch-all), tenant lenient"), await CheckAsync(gateway, "y@lenient.example"));
        Assert.Contains("takes every name in lenient.example", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("DATA", lenient.Commands, StringComparer.Ordinal);

        // 4. A server that is down is no answer.
        using (var peer = await SmtpPeer.GreetAsync(gateway.Port))
        {
            await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
            await peer.SayAsync("RCPT TO:<anna@down.example>", "451");
        }
    }

    private static async Task<(int Code, string Text)> CheckAsync(RunningGateway gateway, string address)
    {
        var (code, text) = await gateway.RunAsync("recipients", "check", address);
        return (code, text.Trim());
    }
}
