using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>Who is banned is turned away at accept, and its open sessions end.</summary>
public sealed class BanDialogueTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Open_sessions_end_and_the_next_connection_is_reset()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var waiting = await FromAsync(gateway, Stranger);
        using var other = await FromAsync(gateway, IPAddress.Parse("127.0.0.3"));
        Assert.StartsWith("220", await ReadAsync(waiting), StringComparison.Ordinal);
        Assert.StartsWith("220", await ReadAsync(other), StringComparison.Ordinal);

        Assert.True(gateway.Server.Bans.Offend(Stranger, "harvest", "30 unknown recipients"));
        Assert.Equal("421 4.7.0 banned for a while, try again later", await ReadAsync(waiting));
        await AssertResetAsync(gateway, Stranger);
        Assert.Equal(1, gateway.Server.Status().Bans);

        // Others go on; and the ban ends as it began.
        await other.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.StartsWith("250", await ReadAsync(other), StringComparison.Ordinal);
        Assert.Null(gateway.Server.Bans.Remove(IPNetwork.Parse("127.0.0.2/32"), out _));
        using var free = await FromAsync(gateway, Stranger);
        Assert.StartsWith("220", await ReadAsync(free), StringComparison.Ordinal);
        await gateway.Server.DisposeAsync();
        var record = Assert.Single(gateway.Ledger.Records, static record => record.Outcome is "turned-away");
        Assert.Equal(("banned", 0), (record.Rules[0].Rule, record.Reply));
    }

    [Fact]
    public async Task A_message_that_is_under_way_is_cut_off_too()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = await FromAsync(gateway, Stranger);
        await ReadAsync(client);
        foreach (var line in (string[])["HELO x.test", "MAIL FROM:<a@x.test>", "RCPT TO:<user1@example.com>", "DATA"])
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), TestContext.Current.CancellationToken);
            Assert.Matches("^[23]", await ReadAsync(client));
        }

        await client.GetStream().WriteAsync("From: a@x.test\r\n\r\nhalf of it\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Null(gateway.Server.Bans.Add(IPNetwork.Parse("127.0.0.2/31"), "by hand", TimeSpan.FromHours(1), out _));
        Assert.StartsWith("421 4.7.0 banned", await ReadAsync(client), StringComparison.Ordinal);
        Assert.Equal("", await ReadAsync(client));
    }

    [Fact]
    public async Task A_client_that_a_proxy_announced_is_told_and_the_proxy_is_never_banned()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => settings with
        {
            Listeners = [settings.Listeners[0] with { ProxyProtocolFrom = [IPNetwork.Parse("127.0.0.2/32")] }],
        });
        Assert.False(gateway.Server.Bans.Offend(Stranger, "harvest", "the proxy"));
        using var open = await FromAsync(gateway, Stranger, "PROXY TCP4 203.0.113.9 192.0.2.1 4567 25\r\n");
        Assert.StartsWith("220", await ReadAsync(open), StringComparison.Ordinal);
        Assert.True(gateway.Server.Bans.Offend(IPAddress.Parse("203.0.113.9"), "harvest", "30 unknown recipients"));
        Assert.StartsWith("421 4.7.0 banned", await ReadAsync(open), StringComparison.Ordinal);
        using var again = await FromAsync(gateway, Stranger, "PROXY TCP4 203.0.113.9 192.0.2.1 4567 25\r\n");
        Assert.StartsWith("421 4.7.0 banned", await ReadAsync(again), StringComparison.Ordinal);
        using var other = await FromAsync(gateway, Stranger, "PROXY TCP4 203.0.113.10 192.0.2.1 4567 25\r\n");
        Assert.StartsWith("220", await ReadAsync(other), StringComparison.Ordinal);
        await gateway.Server.DisposeAsync();
        var record = Assert.Single(gateway.Ledger.Records, static record => record.Outcome is "turned-away");
        Assert.Equal(("banned", "203.0.113.9"), (record.Rules[0].Rule, record.Client));
    }

    [Fact]
    public async Task A_network_that_brought_mail_is_not_banned()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using (var client = await FromAsync(gateway, Stranger))
        {
            await ReadAsync(client);
            foreach (var line in (string[])["HELO x.test", "MAIL FROM:<a@x.test>", "RCPT TO:<user1@example.com>", "DATA", "From: a@x.test\r\n\r\nhi\r\n."])
            {
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), TestContext.Current.CancellationToken);
                Assert.Matches("^[23]", await ReadAsync(client));
            }
        }

        Assert.False(gateway.Server.Bans.Offend(Stranger, "harvest", "30 unknown recipients"));
    }

    private static async Task AssertResetAsync(GatewayUnderTest gateway, IPAddress client)
    {
        try
        {
            using var connection = await FromAsync(gateway, client);
            Assert.Equal("", await ReadAsync(connection));
        }
        catch (Exception e) when (e is SocketException or IOException { InnerException: SocketException })
        {
            // It may come before the connection is ready to be used, or between that and its first octet.
            var reason = e as SocketException ?? (SocketException)e.InnerException!;
            Assert.Equal(SocketError.ConnectionReset, reason.SocketErrorCode);
        }
    }

    private static async Task<TcpClient> FromAsync(GatewayUnderTest gateway, IPAddress client, string first = "")
    {
        var connection = new TcpClient(new IPEndPoint(client, 0));
        await connection.ConnectAsync(gateway.Address);
        if (first.Length > 0)
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(first));

        return connection;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (await client.GetStream().ReadAsync(one, TestContext.Current.CancellationToken) == 1 && one[0] != '\n')
                line.Append((char)one[0]);
        }
        catch (IOException)
        {
            // Reset.
        }

        return line.ToString().TrimEnd('\r');
    }
}
