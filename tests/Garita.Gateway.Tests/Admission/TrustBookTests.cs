using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class TrustBookTests
{
    private static readonly IPAddress Sender = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress Neighbour = IPAddress.Parse("192.0.2.200");
    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.3.7");
    private static readonly NetworkSettings None = new();

    [Fact]
    public void Mail_on_two_days_within_ninety_makes_trust()
    {
        var time = new ManualTime();
        var book = new TrustBook(new FakeLedger(), time);
        book.Accepted(Sender, "example.net");
        book.Accepted(Sender, "example.net");
        Assert.False(book.IsTrusted(Sender, None));
        Assert.True(book.IsKnown(Sender));
        time.Advance(TimeSpan.FromDays(1));
        book.Accepted(Neighbour, "example.net");
        Assert.True(book.IsTrusted(Sender, None));
        Assert.True(book.IsTrusted("example.net"));
        Assert.False(book.IsTrusted(Stranger, None));
        Assert.False(book.IsKnown(Stranger));
        Assert.False(book.IsTrusted("example.org"));
        time.Advance(TimeSpan.FromDays(TrustBook.Days));
        Assert.False(book.IsTrusted(Sender, None));
        Assert.True(book.IsKnown(Sender));
        time.Advance(TimeSpan.FromDays(1));
        Assert.False(book.IsKnown(Sender));
    }

    [Fact]
    public void A_listed_network_is_trusted_at_once() =>
        Assert.True(new TrustBook(new FakeLedger(), new ManualTime()).IsTrusted(Sender, new NetworkSettings { Trusted = [IPNetwork.Parse("192.0.2.0/28")] }));

    [Fact]
    public async Task It_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("garita-trust");
        try
        {
            var time = new ManualTime();
            await using (var ledger = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), time, NullLoggerFactory.Instance))
            {
                var book = new TrustBook(ledger, time);
                book.Accepted(Sender, "example.net");
                time.Advance(TimeSpan.FromDays(3));
                book.Accepted(Sender, null);
            }

            await using var again = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), time, NullLoggerFactory.Instance);
            var next = new TrustBook(again, time);
            await next.LoadAsync();
            Assert.True(next.IsTrusted(Sender, None));
            Assert.True(next.IsKnown("example.net"));
            Assert.False(next.IsTrusted("example.net"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_million_networks_do_not_fill_the_memory()
    {
        var time = new ManualTime();
        var book = new TrustBook(new FakeLedger(), time);
        book.Accepted(Sender, null);
        time.Advance(TimeSpan.FromDays(1));
        for (uint i = 0; i < TrustBook.Most + 1; i++)
            book.Accepted(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), null);
        for (uint i = 0; i < TrustBook.Most + 1; i++)
            book.Accepted(new IPAddress([(byte)(11 + (i >> 16)), (byte)(i >> 8), (byte)i, 1]), null);
        Assert.False(book.IsKnown(Sender));
        Assert.True(book.IsKnown(new IPAddress([11, 0, 9, 1])));
    }
}
