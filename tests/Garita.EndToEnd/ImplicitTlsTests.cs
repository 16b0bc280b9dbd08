using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A listener that speaks TLS from the first octet (RFC 8314 §3), alone and behind PROXY.</summary>
public sealed class ImplicitTlsTests : Scene
{
    private const string Certificate = """
        [[certificate]]
        certificate = "one.pem"
        key = "one.key"

        """;

    [Fact]
    public async Task Mail_comes_in_under_TLS_and_clear_text_does_not()
    {
        await using var authority = new TestAuthority("implicit");
        await using var server = new ScriptedServer([]);
        var gateway = await StartAsync(authority, server, "");

        using (var peer = await SmtpPeer.ConnectAsync(gateway.Port))
        {
            await peer.SecureAsync("gw.example.com", authority.Root);
            await peer.ExpectAsync("220 gw.example.com");
            Assert.Equal("", peer.ChainProblem);
            // RFC 3207 §4.2: not offered again, and not taken.
            Assert.DoesNotContain("STARTTLS", await peer.SayAsync("EHLO client.example.net", "250"), StringComparison.Ordinal);
            await peer.SayAsync("STARTTLS", "5");
            await peer.DeliverAsync("anna@example.com", "implicit");
        }

        Assert.Contains("with ESMTPS id", Assert.Single(server.Messages), StringComparison.Ordinal);
        Assert.Contains("TLS1.3 TLS_", await ExplainAsync(gateway, "anna@example.com", "delivered"), StringComparison.Ordinal);

        // No greeting, no answer, no fault.
        using var clear = await SmtpPeer.ConnectAsync(gateway.Port, "EHLO client.example.net\r\n"u8.ToArray());
        Assert.DoesNotContain("gw.example.com", await clear.ReplyAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("fault of ours", gateway.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_hello_may_come_with_the_PROXY_header(bool together)
    {
        await using var authority = new TestAuthority("implicit");
        await using var server = new ScriptedServer([]);
        var gateway = await StartAsync(authority, server, "proxy_protocol_from = [\"127.0.0.1\"]");

        // A balancer passes on what the client says at once: one segment holds both.
        var header = Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.9 192.0.2.1 45678 465\r\n");
        using var peer = await SmtpPeer.ConnectAsync(gateway.Port, together ? default : header);
        await peer.SecureAsync("gw.example.com", authority.Root, together ? header : default);
        await peer.ExpectAsync("220");
        await peer.SayAsync("EHLO client.example.net", "250");
        await peer.DeliverAsync("anna@example.com", "behind");
        Assert.Contains("[203.0.113.9]", Assert.Single(server.Messages), StringComparison.Ordinal);
    }

    private Task<RunningGateway> StartAsync(TestAuthority authority, ScriptedServer server, string listener)
    {
        var files = Path.Combine(Folder, "gateway");
        Directory.CreateDirectory(files);
        authority.Issue(files, "one", "gw.example.com");
        return ServeAsync(port => Head(port, "tls = \"implicit\"\n" + listener) + Certificate + Tenant("acme", "example.com", Loopback(server.Port)));
    }
}
