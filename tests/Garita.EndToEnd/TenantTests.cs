using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Several organisations behind one gateway: each its own server, none at the cost of another.</summary>
public sealed class TenantTests : Scene
{
    [Fact]
    public async Task Each_domain_goes_to_its_own_server()
    {
        await using var one = new ScriptedServer([]);
        await using var two = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("one", "one.example", Loopback(one.Port)) + Tenant("two", "two.example", Loopback(two.Port)));

        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        Assert.Contains("RCPTDOMAINMAX=1", await peer.SayAsync("EHLO client.example.net", "250"), StringComparison.Ordinal);
        await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
        await peer.SayAsync("RCPT TO:<anna@one.example>", "250");
        await peer.SayAsync("RCPT TO:<anna@two.example>", "452 4.5.3");
        await peer.SayAsync("RCPT TO:<anna@three.example>", "550 5.7.1");
        await peer.SayAsync("RSET", "250");
        await peer.DeliverAsync("anna@one.example", "for one");
        await peer.DeliverAsync("anna@two.example", "for two");
        Assert.Contains("Subject: for one\n", Assert.Single(one.Messages), StringComparison.Ordinal);
        Assert.Contains("Subject: for two\n", Assert.Single(two.Messages), StringComparison.Ordinal);
        Assert.Matches("tenant +two", await ExplainAsync(gateway, "anna@two.example", "delivered"));
    }

    [Fact]
    public async Task A_hung_server_holds_nobody_elses_mail_up()
    {
        await using var hung = new ScriptedServer([], silent: true);
        await using var well = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + "[limits]\nstop_timeout = \"1 s\"\n"
            + Tenant("hung", "hung.example", Loopback(hung.Port), "tls = \"none\"\nconnections = 1") + Tenant("well", "well.example", Loopback(well.Port)));

        // One connection, four waiting for each: more are told so at RCPT and not after their message.
        var stuck = new List<SmtpPeer>();
        try
        {
            for (var i = 0; i < 5; i++)
            {
                var peer = await SmtpPeer.GreetAsync(gateway.Port);
                stuck.Add(peer);
                await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
                await peer.SayAsync("RCPT TO:<anna@hung.example>", "2");
                await peer.SayAsync("DATA", "354");
                await peer.SendAsync($"From: a@example.net\r\nSubject: stuck {i}\r\n\r\nhi\r\n.\r\n");
                // The first connection may still be the one that asks what the server can do.
                if (await WaitingAsync(gateway, atLeast: i) == 4)
                    break;
            }

            using var late = await SmtpPeer.GreetAsync(gateway.Port);
            await late.SayAsync("MAIL FROM:<a@example.net>", "250");
            await late.SayAsync("RCPT TO:<anna@hung.example>", "451 4.3.2");
            await late.SayAsync("RSET", "250");

            var begun = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < 20; i++)
                await late.DeliverAsync("anna@well.example", $"well {i}");
            Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 10);
            Assert.Equal(20, well.Messages.Count);
        }
        finally
        {
            stuck.ForEach(static peer => peer.Dispose());
        }
    }

    [Theory]
    [InlineData("connections = 8", null, 2)]
    [InlineData("", 544, 8)]
    public async Task One_organisation_has_at_most_a_quarter_of_the_slots(string limits, int? openFiles, int share)
    {
        await using var one = new ScriptedServer([]);
        await using var two = new ScriptedServer([]);
        var gateway = await ServeAsync(
            port => Head(port) + $"[limits]\n{limits}\n" + Tenant("one", "one.example", Loopback(one.Port)) + Tenant("two", "two.example", Loopback(two.Port)), openFiles);

        var peers = new List<SmtpPeer>();
        try
        {
            for (var i = 0; i < share; i++)
            {
                peers.Add(await SmtpPeer.GreetAsync(gateway.Port));
                await peers[i].SayAsync("MAIL FROM:<a@example.net>", "250");
                await peers[i].SayAsync("RCPT TO:<anna@one.example>", "250");
            }

            using var late = await SmtpPeer.GreetAsync(gateway.Port);
            await late.SayAsync("MAIL FROM:<a@example.net>", "250");
            await late.SayAsync("RCPT TO:<anna@one.example>", "451 4.3.2");
            await late.SayAsync("RCPT TO:<anna@two.example>", "250");
            await late.SayAsync("RSET", "250");

            // Whatever ends a transaction gives its place back.
            await peers[0].SayAsync("RSET", "250");
            await late.DeliverAsync("anna@one.example", "after RSET");
            await late.SayAsync("MAIL FROM:<a@example.net>", "250");
            await late.SayAsync("RCPT TO:<anna@one.example>", "250");
            await late.SayAsync("RSET", "250");
            Assert.Single(one.Messages);
        }
        finally
        {
            peers.ForEach(static peer => peer.Dispose());
        }
    }

    private static async Task<int> WaitingAsync(RunningGateway gateway, int atLeast)
    {
        var (code, text) = await gateway.RunAsync("status", "--json");
        Assert.True(code == 0, text);
        using var status = JsonDocument.Parse(text);
        var waiting = status.RootElement.GetProperty("backends").EnumerateArray().Single(static one => one.GetProperty("tenant").GetString() is "hung").GetProperty("waiting").GetInt32();
        Assert.InRange(waiting, 0, atLeast + 1);
        return waiting;
    }
}
