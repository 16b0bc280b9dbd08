using System.Net;
using System.Text;
using Garita.Protocols.ProxyProtocol;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A listener behind a balancer that speaks PROXY: believed and required from there, refused from anywhere else.</summary>
public sealed class ProxyListenerTests : Scene
{
    private const string FromHere = "proxy_protocol_from = [\"127.0.0.0/8\"]";

    [Fact]
    public async Task The_announced_address_is_the_client()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port, FromHere) + Tenant("acme", "example.com", Loopback(server.Port)));
        (int Version, string Address, string Literal)[] cases =
        [
            (1, "203.0.113.1", "[203.0.113.1]"), (2, "203.0.113.2", "[203.0.113.2]"), (1, "2001:db8:1::9", "[IPv6:2001:db8:1::9]"),
            (2, "2001:db8:2::9", "[IPv6:2001:db8:2::9]"), (2, "64:ff9b::cb00:7109", "[203.0.113.9]"),
        ];
        foreach (var (version, address, literal) in cases)
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port, Header(version, address));
            await peer.DeliverAsync("anna@example.com", address);
            var message = server.Messages.Last();
            Assert.Contains($"Subject: {address}\n", message, StringComparison.Ordinal);
            // RFC 8601 §4.1: what was found of the message stands above the field of who found it.
            Assert.Contains("\nReceived: from client.example.net (" + literal + ")\n", message, StringComparison.Ordinal);
        }

        var records = await UntilAsync(
            async () => (await gateway.RunAsync("explain", "anna@example.com")).Text, text => text.Split("delivered (250)").Length > cases.Length);
        foreach (var (_, _, literal) in cases)
            Assert.Contains("  client     " + Bare(literal) + "\n", records, StringComparison.Ordinal);
        // And found by the client's own address.
        var own = await ExplainAsync(gateway, "203.0.113.9", "delivered");
        Assert.DoesNotContain("203.0.113.1\n", own, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1\n", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_header_nobody_gets_in()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port, FromHere) + Tenant("acme", "example.com", Loopback(server.Port)));

        foreach (var first in new[] { "EHLO client.example.net\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 x 25\r\n", "PROXY TCP4 203.0.113.999 192.0.2.1 1 25\r\n", "\r\n\r\n\0\r\nQUIT\n\x11\x11" })
        {
            using var peer = await SmtpPeer.ConnectAsync(gateway.Port, Encoding.Latin1.GetBytes(first));
            Assert.Contains("(proxy-header, session", await peer.ExpectAsync("554 5.5.1"), StringComparison.Ordinal);
            Assert.Equal("", await peer.ReplyAsync());
        }

        // Who says nothing is not waited for longer than three seconds, and gets no greeting.
        using (var silent = await SmtpPeer.ConnectAsync(gateway.Port))
        {
            var begun = TimeProvider.System.GetTimestamp();
            await silent.ExpectAsync("421");
            Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 2.5, 10);
        }

        await ExplainAsync(gateway, "127.0.0.1", "proxy-header: reject");
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task Commands_behind_the_header_came_before_the_greeting()
    {
        var gateway = await ServeAsync(port => Head(port, FromHere) + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));
        byte[] both = [.. Header(1, "203.0.113.9"), .. "EHLO client.example.net\r\n"u8];
        using (var peer = await SmtpPeer.ConnectAsync(gateway.Port, both))
        {
            Assert.Contains("(pregreet, session", await peer.ExpectAsync("554"), StringComparison.Ordinal);
            Assert.Equal("", await peer.ReplyAsync());
        }

        await ExplainAsync(gateway, "203.0.113.9", "pregreet: reject");
    }

    [Fact]
    public async Task A_health_check_gets_greeting_and_farewell_alone()
    {
        var gateway = await ServeAsync(port => Head(port, FromHere) + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));
        foreach (var header in new[] { "PROXY UNKNOWN\r\n"u8.ToArray(), [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0, 0, 0] })
        {
            using (var check = await SmtpPeer.ConnectAsync(gateway.Port, header))
            {
                await check.ExpectAsync("220");
                await check.SayAsync("QUIT", "221");
            }

            using var other = await SmtpPeer.ConnectAsync(gateway.Port, header);
            await other.ExpectAsync("220");
            await other.SayAsync("EHLO client.example.net", "554");
        }
    }

    [Fact]
    public async Task A_header_on_a_usual_listener_is_refused()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)));
        // A balancer writes it at once, so it is there before the greeting as a rule; whoever forges it may wait.
        foreach (var (version, waits) in new[] { (1, false), (2, false), (1, true), (2, true) })
        {
            var header = Header(version, "203.0.113.9");
            using var peer = await SmtpPeer.ConnectAsync(gateway.Port, waits ? default : header);
            if (waits)
            {
                await peer.ExpectAsync("220");
                await peer.SendAsync(header);
            }

            var reply = await peer.ReplyAsync();
            if (!waits && reply.StartsWith("220", StringComparison.Ordinal))
                reply = await peer.ReplyAsync();
            Assert.StartsWith("554 5.5.1 PROXY header", reply, StringComparison.Ordinal);
            Assert.Contains("(proxy-header, session", reply, StringComparison.Ordinal);
            Assert.Equal("", await peer.ReplyAsync());
        }

        await ExplainAsync(gateway, "127.0.0.1", "proxy-header: reject");
    }

    [Fact]
    public async Task Each_announced_client_has_its_own_limit()
    {
        var gateway = await ServeAsync(port => Head(port, FromHere) + "[limits]\nconnections_per_client = 2\n" + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));
        using var first = await SmtpPeer.GreetAsync(gateway.Port, Header(1, "203.0.113.9"));
        using var second = await SmtpPeer.GreetAsync(gateway.Port, Header(1, "203.0.113.9"));
        using (var third = await SmtpPeer.ConnectAsync(gateway.Port, Header(1, "203.0.113.9")))
            await third.ExpectAsync("421 4.7.0");
        using var other = await SmtpPeer.GreetAsync(gateway.Port, Header(1, "198.51.100.7"));

        // A place that is given back is free again.
        await first.SayAsync("QUIT", "221");
        Assert.Equal("", await first.ReplyAsync());
        await UntilAsync(
            async () =>
            {
                using var again = await SmtpPeer.ConnectAsync(gateway.Port, Header(1, "203.0.113.9"));
                return await again.ReplyAsync();
            },
            static reply => reply.StartsWith("220", StringComparison.Ordinal));
    }

    private static string Bare(string literal) => literal.Trim('[', ']').Replace("IPv6:", "", StringComparison.Ordinal);

    private static byte[] Header(int version, string address)
    {
        var client = new IPEndPoint(IPAddress.Parse(address), 45678);
        var local = new IPEndPoint(IPAddress.Parse(client.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "192.0.2.1" : "2001:db8::1"), 25);
        var buffer = new byte[ProxyHeaderReader.MaxV2];
        return buffer[..(version == 1 ? ProxyHeaderWriter.WriteV1(buffer, client, local) : ProxyHeaderWriter.WriteV2(buffer, client, local))];
    }
}
