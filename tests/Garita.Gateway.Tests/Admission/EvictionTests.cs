using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

/// <summary>Full is not down: whoever comes is served, and whoever only sits there leaves.</summary>
public sealed class EvictionTests
{
    internal static readonly Func<GatewaySettings, GatewaySettings> TenPlaces = static settings => settings with
    {
        Limits = settings.Limits with { Connections = 20, ConnectionsPerMinute = 0, ConnectionsPerClient = 100, ConnectionsPerNetwork = 100 },
    };

    [Fact]
    public async Task The_newcomer_is_served_and_the_one_that_gets_on_least_leaves_with_421()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TenPlaces);
        // An honest one, in the middle of its dialogue, and idlers for all other places of strangers.
        using var honest = await PeerAsync(gateway, "127.1.0.1");
        await honest.SayAsync("EHLO c.example", "250");
        List<Peer> idle = [];
        for (var i = 0; i < 17; i++)
            idle.Add(await PeerAsync(gateway, $"127.2.{i}.1"));
        await honest.SayAsync("MAIL FROM:<a@x.test>", "250");
        // NOOP is no progress.
        await idle[0].SayAsync("NOOP", "250");

        List<Peer> newcomers = [];
        for (var i = 0; i < 4; i++)
        {
            newcomers.Add(await PeerAsync(gateway, $"127.3.{i}.1"));
            Assert.StartsWith("421 4.3.2", await idle[i].ReadAsync(), StringComparison.Ordinal);
            Assert.Contains("(evicted, session ", idle[i].Last, StringComparison.Ordinal);
        }

        await honest.SayAsync("RCPT TO:<user1@example.com>", "250");
        foreach (var peer in newcomers)
            await peer.SayAsync("EHLO c.example", "250");
        Assert.True(gateway.Server.Status().Connections <= 20);
        Assert.Equal(4, gateway.Server.Status().RuleHits["evicted reject"]);
        Assert.Equal("overload", gateway.Server.Status().Pressure);
        foreach (var peer in idle.Concat(newcomers))
            peer.Dispose();
    }

    [Fact]
    public async Task A_listed_network_is_never_evicted_for_a_stranger_and_finds_its_own_places()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => TenPlaces(settings) with { Networks = new NetworkSettings { Trusted = [IPNetwork.Parse("127.9.0.0/16")] } });
        using var known = await PeerAsync(gateway, "127.9.0.1");
        List<Peer> strangers = [];
        for (var i = 0; i < 20; i++)
            strangers.Add(await PeerAsync(gateway, $"127.2.{i}.1"));
        await known.SayAsync("EHLO c.example", "250");
        using var another = await PeerAsync(gateway, "127.9.0.2");
        await another.SayAsync("EHLO c.example", "250");
        foreach (var peer in strangers)
            peer.Dispose();
    }

    [Fact]
    public async Task One_that_waits_for_the_mail_server_keeps_its_place()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TenPlaces);
        var answer = new TaskCompletionSource<Gateway.Relay.DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Relay.Answer = _ => new ValueTask<Gateway.Relay.DeliveryResult>(answer.Task);
        using var sender = await PeerAsync(gateway, "127.1.0.1");
        foreach (var line in new[] { "EHLO c.example", "MAIL FROM:<a@x.test>", "RCPT TO:<user1@example.com>" })
            await sender.SayAsync(line, "250");
        await sender.SayAsync("DATA", "354");
        await sender.SendAsync("From: a@x.test\r\n\r\nhi\r\n.\r\n");
        while (gateway.Relay.Got.Count == 0)
            await Task.Yield();
        List<Peer> strangers = [];
        for (var i = 0; i < 21; i++)
            strangers.Add(await PeerAsync(gateway, $"127.2.{i}.1"));
        answer.SetResult(new Gateway.Relay.DeliveryResult(Gateway.Relay.DeliveryOutcome.Delivered, null, 250, null, "", []));
        Assert.StartsWith("250 2.0.0", await sender.ReadAsync(), StringComparison.Ordinal);
        foreach (var peer in strangers)
            peer.Dispose();
    }

    [Fact]
    public async Task In_overload_silence_is_short_and_slow_data_is_cut()
    {
        var time = new ManualTime();
        await using var gateway = await GatewayUnderTest.StartAsync(TenPlaces, time);
        using var silent = await PeerAsync(gateway, "127.1.0.1");
        using var slow = await PeerAsync(gateway, "127.1.1.1");
        foreach (var line in new[] { "EHLO c.example", "MAIL FROM:<a@x.test>", "RCPT TO:<user1@example.com>" })
            await slow.SayAsync(line, "250");
        await slow.SayAsync("DATA", "354");
        List<Peer> others = [];
        for (var i = 0; i < 15; i++)
            others.Add(await PeerAsync(gateway, $"127.2.{i}.1"));
        // The last one raises the level at accept, and is not greeted before the clock goes on.
        using var last = new TcpClient();
        await last.ConnectAsync(gateway.Address);
        while (gateway.Server.Status().Connections < 18)
            await Task.Yield();
        Assert.Equal("overload", gateway.Server.Status().Pressure);
        var begun = time.GetTimestamp();
        Assert.Contains("(slow-client, session ", await silent.ReadWhileAsync(time), StringComparison.Ordinal);
        Assert.Contains("(slow-client, session ", await slow.ReadWhileAsync(time), StringComparison.Ordinal);
        // Of five minutes' patience without overload.
        Assert.InRange(time.GetElapsedTime(begun), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60));
        foreach (var peer in others)
            peer.Dispose();
        foreach (var peer in new[] { silent, slow })
            peer.Dispose();
        last.Close();
        // The clock stands still: whoever stops the gateway with somebody in it would wait for ever.
        while (gateway.Server.Status().Connections > 0)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task One_that_is_evicted_while_it_works_for_ever_is_cut_within_two_seconds()
    {
        var time = new ManualTime();
        await using var gateway = await GatewayUnderTest.StartAsync(TenPlaces, time);
        // It begins a handshake and does not go on; the server works at it.
        using var stuck = await PeerAsync(gateway, "127.1.0.1");
        await stuck.SayAsync("EHLO c.example", "250");
        await stuck.SayAsync("STARTTLS", "220");
        List<Peer> others = [];
        for (var i = 0; i < 16; i++)
            others.Add(await PeerAsync(gateway, $"127.2.{i}.1"));
        List<TcpClient> last = [];
        for (var i = 0; i < 2; i++)
        {
            last.Add(new TcpClient(new IPEndPoint(IPAddress.Parse($"127.3.{i}.1"), 0)));
            await last[i].ConnectAsync(gateway.Address);
        }

        while (gateway.Server.Status().RuleHits.GetValueOrDefault("evicted reject") == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        for (var i = 0; i < 7; i++)
            time.Advance(TimeSpan.FromMilliseconds(250));
        await Assert.ThrowsAsync<IOException>(stuck.ReadAsync);
        foreach (var peer in others)
            peer.Dispose();
        last.ForEach(static peer => peer.Dispose());
    }

    internal static async Task<Peer> PeerAsync(GatewayUnderTest gateway, string from)
    {
        var peer = new Peer(from);
        await peer.OpenAsync(gateway.Address);
        return peer;
    }

    internal sealed class Peer(string from) : IDisposable
    {
        private readonly TcpClient _client = new(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        private StreamReader? _reader;

        internal string Last { get; private set; } = "";

        internal async Task OpenAsync(IPEndPoint address)
        {
            await _client.ConnectAsync(address);
            _reader = new StreamReader(_client.GetStream());
            Assert.StartsWith("220", await ReadAsync(), StringComparison.Ordinal);
        }

        internal async Task SayAsync(string line, string expected)
        {
            await SendAsync(line + "\r\n");
            var answer = await ReadAsync();
            Assert.True(answer.StartsWith(expected, StringComparison.Ordinal), $"{line}: {answer}");
        }

        internal async Task SendAsync(string text) => await _client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));

        internal async Task<string> ReadAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            do
                Last = await _reader!.ReadLineAsync(limit.Token) ?? "";
            while (Last.Length > 3 && Last[3] == '-');
            return Last;
        }

        /// <summary>Reads while the clock goes on: a session may begin to wait somewhat later than its answer is read.</summary>
        internal async Task<string> ReadWhileAsync(ManualTime time)
        {
            var reading = ReadAsync();
            while (!reading.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }

            return await reading;
        }

        public void Dispose()
        {
            _reader?.Dispose();
            _client.Dispose();
        }
    }
}
