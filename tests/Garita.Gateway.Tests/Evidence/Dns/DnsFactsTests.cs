using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Dns;

public sealed class DnsFactsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private readonly FakeDns _dns = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_name_that_leads_back_is_confirmed()
    {
        _dns.Names = Found("other.example", "mx.example");
        _dns.Addresses["other.example"] = Found(IPAddress.Parse("192.0.2.9"));
        _dns.Addresses["mx.example"] = Found(IPAddress.Parse("192.0.2.8"), Client);
        Assert.Equal(new ReverseDnsFact(DnsStatus.Found, "mx.example", true, false), await new ReverseDns(_dns, _time).FindAsync(Client));
    }

    [Fact]
    public async Task A_name_that_does_not_lead_back_is_not_and_a_way_back_that_fails_is_said()
    {
        _dns.Names = Found("a.example", "b.example");
        _dns.Addresses["a.example"] = Found(IPAddress.Parse("192.0.2.9"));
        Assert.Equal(new ReverseDnsFact(DnsStatus.Found, "a.example", false, false), await new ReverseDns(_dns, _time).FindAsync(Client));
        _dns.Addresses["b.example"] = DnsReply.Failed<IPAddress>();
        Assert.Equal(new ReverseDnsFact(DnsStatus.Found, "a.example", false, true), await new ReverseDns(_dns, _time).FindAsync(Client));
    }

    [Theory]
    [InlineData(DnsStatus.NoName)]
    [InlineData(DnsStatus.NoData)]
    [InlineData(DnsStatus.Failed)]
    public async Task No_name(DnsStatus status)
    {
        _dns.Names = new(status, []);
        Assert.Equal(new ReverseDnsFact(status, null, false, false), await new ReverseDns(_dns, _time).FindAsync(Client));
    }

    [Fact]
    public async Task The_fact_is_kept_as_long_as_the_shortest_lived_answer()
    {
        _dns.Names = Found("mx.example") with { TimeToLive = TimeSpan.FromSeconds(300) };
        _dns.Addresses["mx.example"] = Found(Client) with { TimeToLive = TimeSpan.FromSeconds(20) };
        var reverse = new ReverseDns(_dns, _time);
        var first = await reverse.FindAsync(Client);
        _time.Advance(TimeSpan.FromSeconds(19));
        var again = reverse.FindAsync(Client);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, await again);
        Assert.Equal(2, _dns.Asked);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(first, await reverse.FindAsync(Client));
    }

    [Theory]
    [InlineData(DnsStatus.Found, "mx.example", DnsStatus.Failed, MailDomainStatus.Reachable)]
    [InlineData(DnsStatus.Found, "", DnsStatus.Found, MailDomainStatus.NullMx)]
    [InlineData(DnsStatus.NoName, null, DnsStatus.Found, MailDomainStatus.NoName)]
    [InlineData(DnsStatus.Failed, null, DnsStatus.Found, MailDomainStatus.Failed)]
    [InlineData(DnsStatus.NoData, null, DnsStatus.Found, MailDomainStatus.Reachable)]
    [InlineData(DnsStatus.NoData, null, DnsStatus.NoData, MailDomainStatus.NoRecords)]
    [InlineData(DnsStatus.NoData, null, DnsStatus.Failed, MailDomainStatus.Failed)]
    public async Task Mail_domain(DnsStatus exchangers, string? exchange, DnsStatus addresses, MailDomainStatus expected)
    {
        _dns.Exchangers = new(exchangers, exchange is null ? [] : [new MxRecord(0, exchange)]);
        _dns.Addresses["d.example"] = new(addresses, addresses == DnsStatus.Found ? [Client] : []);
        Assert.Equal(expected, (await new MailDomain(_dns, _time).FindAsync("d.example")).Status);
    }

    [Theory]
    [InlineData("MX.Example.", "mx.example")]
    [InlineData("a-b.c", "a-b.c")]
    [InlineData("a..b", null)]
    [InlineData("-a.b", null)]
    [InlineData("a_b.c", null)]
    [InlineData("a\u0000.b", null)]
    [InlineData("\u00E4.b", null)]
    [InlineData("", null)]
    [InlineData(".", null)]
    public void Host_names(string name, string? expected) => Assert.Equal(expected, HostName.Normalize(name));

    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_asked_for()
    {
        var cache = new BoundedCache<int, string>(100);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "x");
            Assert.True(cache.TryGet(0, out _));
            Assert.InRange(cache.Count, 1, 101);
        }

        Assert.False(cache.TryGet(5_000, out _));
    }

    [Fact]
    public async Task The_breaker_stays_closed_while_the_root_answers()
    {
        var breaker = new DnsBreaker(_time);
        for (var i = 0; i < 2 * DnsBreaker.Failures; i++)
            await breaker.SilentAsync(() => Task.FromResult(true));
        Assert.False(breaker.IsOpen);
        for (var i = 0; i < DnsBreaker.Failures; i++)
        {
            Assert.False(breaker.IsOpen);
            await breaker.SilentAsync(() => Task.FromResult(false));
        }

        Assert.True(breaker.IsOpen);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(breaker.IsOpen);
    }

    private static DnsAnswer<T> Found<T>(params T[] records) => new(DnsStatus.Found, records, TimeSpan.FromSeconds(60));

    private sealed class FakeDns : IDnsResolver
    {
        internal DnsAnswer<string> Names { get; set; }

        internal Dictionary<string, DnsAnswer<IPAddress>> Addresses { get; } = new(StringComparer.Ordinal);

        internal DnsAnswer<MxRecord> Exchangers { get; set; }

        internal int Asked { get; private set; }

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => Answer(Names);

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => Answer(Addresses.TryGetValue(name, out var answer) ? answer : new(DnsStatus.NoName, []));

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<string>> TextsAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => Answer(Exchangers);

        private ValueTask<T> Answer<T>(T answer)
        {
            Asked++;
            return new(answer);
        }
    }
}
