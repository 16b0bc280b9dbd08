using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Dialogue;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

/// <summary>Trust from the first message to the place it keeps: dialogue, ledger on disk, restarts.</summary>
public sealed class EarnedTrustTests
{
    [Fact]
    public async Task Who_brought_mail_on_two_earlier_days_stays_where_a_stranger_leaves()
    {
        var folder = Directory.CreateTempSubdirectory("garita-earned");
        try
        {
            // 1. Two days, each with a gateway of its own.
            foreach (var days in (int[])[-2, -1])
            {
                var time = new OtherDay(days);
                await using var ledger = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), time, NullLoggerFactory.Instance);
                await using var gateway = await GatewayUnderTest.StartAsync(null, time, ledger: ledger);
                using var sender = await EvictionTests.PeerAsync(gateway, "127.0.7.5");
                foreach (var line in (string[])["EHLO c.example", "MAIL FROM:<a@x.test>", "RCPT TO:<user1@example.com>"])
                    await sender.SayAsync(line, "250");
                await sender.SayAsync("DATA", "354");
                // Another message: the same one would be answered from memory.
                await sender.SayAsync($"From: a@x.test\r\nSubject: {days}\r\n\r\nhi\r\n.", "250 2.0.0");
            }

            // 2. Today another client of its network and a stranger sit idle, and many come.
            await using var kept = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), TimeProvider.System, NullLoggerFactory.Instance);
            await using var full = await GatewayUnderTest.StartAsync(EvictionTests.TenPlaces, null, ledger: kept);
            using var known = await EvictionTests.PeerAsync(full, "127.0.7.9");
            using var stranger = await EvictionTests.PeerAsync(full, "127.0.8.9");
            List<EvictionTests.Peer> others = [];
            for (var i = 0; i < 15; i++)
                others.Add(await EvictionTests.PeerAsync(full, $"127.2.{i}.1"));
            // From here on newcomers wait for the greeting: it is enough that they are there.
            List<TcpClient> last = [];
            for (var i = 0; i < 3; i++)
            {
                last.Add(new TcpClient(new IPEndPoint(IPAddress.Parse($"127.3.{i}.1"), 0)));
                await last[i].ConnectAsync(full.Address);
            }

            Assert.StartsWith("421 4.3.2", await stranger.ReadAsync(), StringComparison.Ordinal);
            await known.SayAsync("EHLO c.example", "250");
            others.ForEach(static peer => peer.Dispose());
            last.ForEach(static peer => peer.Dispose());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class OtherDay(int days) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(days);
    }
}
