using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Reputation;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Rules;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Reputation;

public sealed class DnsblTests
{
    private static readonly IPAddress Client = IPAddress.Parse("198.51.100.7");

    private readonly ManualTime _time = new();
    private readonly ListDns _dns = new();
    private readonly Gateway.Evidence.Reputation.Dnsbl _lists;

    public DnsblTests() => _lists = new Gateway.Evidence.Reputation.Dnsbl(_dns, _time, NullLogger.Instance);

    [Theory]
    [InlineData("198.51.100.7", "7.100.51.198")]
    [InlineData("2001:db8::f1", "1.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2")]
    public void Addresses_are_asked_for_backwards(string address, string name) =>
        Assert.Equal(name, Gateway.Evidence.Reputation.Dnsbl.Name(IPAddress.Parse(address)));

    [Fact]
    public async Task Weights_of_the_lists_that_have_it_add_up()
    {
        _dns.Says("7.100.51.198.black.test", "127.0.0.2");
        _dns.Says("7.100.51.198.grey.test", "127.0.0.10");
        _dns.Says("7.100.51.198.white.test", "127.0.9.1");
        var fact = await _lists.FindAsync(Client, Zones(("black.test", 5, ""), ("grey.test", 3, "127.0.0.4/30"), ("white.test", -1.5, ""), ("other.test", 9, "")));
        Assert.Equal(3.5, fact.Sum);
        Assert.Equal("black.test white.test", string.Join(' ', fact.Listings.Select(static listing => listing.Zone)));
        var breach = RulePages.AssertBreach(RuleCatalogue.Dnsbl, new DnsblFacts(fact, 3.5), "550 5.7.1");
        Assert.Equal("black.test 127.0.0.2 +5, white.test 127.0.9.1 -1.5 = 3.5", breach.Detail);
        RulePages.AssertPass(RuleCatalogue.Dnsbl, new DnsblFacts(fact, 4));
        RulePages.AssertPass(RuleCatalogue.Dnsbl, new DnsblFacts(null, 4));
    }

    [Theory]
    [InlineData("127.255.255.254")]
    [InlineData("192.0.2.1")]
    public async Task What_is_no_listing_counts_nothing(string answer)
    {
        _dns.Says("7.100.51.198.black.test", answer);
        Assert.Empty((await _lists.FindAsync(Client, Zones(("black.test", 5, "")))).Listings);
    }

    [Fact]
    public async Task One_deadline_for_all_and_who_is_late_counts_nothing()
    {
        _dns.Says("7.100.51.198.black.test", "127.0.0.2");
        _dns.Hang("7.100.51.198.slow.test");
        var asking = _lists.FindAsync(Client, Zones(("black.test", 2, ""), ("slow.test", 5, "")));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        var fact = await asking;
        Assert.Equal((2, "slow.test"), (fact.Sum, Assert.Single(fact.Silent)));
        RulePages.AssertAbstain(RuleCatalogue.Dnsbl, new DnsblFacts(fact, 5));
        RulePages.AssertBreach(RuleCatalogue.Dnsbl, new DnsblFacts(fact, 2), "550 5.7.1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_list_is_left_out_for_ten_minutes_and_then_tried_once(bool refuses)
    {
        if (refuses)
            _dns.Says("7.100.51.198.dead.test", "127.255.255.255");
        else
            _dns.Fails("7.100.51.198.dead.test");
        var zones = Zones(("dead.test", 5, ""));
        for (var i = 0; i < 5; i++)
            Assert.Single((await _lists.FindAsync(Client, zones)).Silent);
        var asked = _dns.Asked;
        Assert.Single((await _lists.FindAsync(Client, zones)).Silent);
        Assert.Equal(asked, _dns.Asked);
        _time.Advance(ZoneWatch.Pause);
        await _lists.FindAsync(Client, zones);
        Assert.Equal(asked + 1, _dns.Asked);
        await _lists.FindAsync(Client, zones);
        Assert.Equal(asked + 1, _dns.Asked);
        _dns.Says("7.100.51.198.dead.test", "127.0.0.3");
        _time.Advance(ZoneWatch.Pause);
        Assert.Equal(5, (await _lists.FindAsync(Client, zones)).Sum);
    }

    [Fact]
    public async Task A_list_that_lists_everything_is_left_out()
    {
        _dns.Says("1.0.0.127.expired.test", "127.0.0.2");
        _dns.Says("7.100.51.198.expired.test", "127.0.0.2");
        var zones = Zones(("expired.test", 5, ""));
        await _lists.FindAsync(Client, zones);
        Assert.Equal("expired.test", Assert.Single((await _lists.FindAsync(Client, zones)).Silent));
        _dns.Forget("1.0.0.127.expired.test");
        _time.Advance(ZoneWatch.CheckEvery);
        Assert.Equal(5, (await _lists.FindAsync(Client, zones)).Sum);
    }

    private static DnsblSettings Zones(params (string Name, double Weight, string Answers)[] zones) =>
        new() { Zones = [.. zones.Select(static zone => new DnsblZone(zone.Name, zone.Weight, zone.Answers.Length == 0 ? [] : [IPNetwork.Parse(zone.Answers)]))] };

    private sealed class ListDns : IDnsResolver
    {
        private readonly Dictionary<string, Task<DnsAnswer<IPAddress>>> _answers = new(StringComparer.Ordinal);

        internal int Asked { get; private set; }

        internal void Says(string name, string answer) => _answers[name] = Task.FromResult(new DnsAnswer<IPAddress>(DnsStatus.Found, [IPAddress.Parse(answer)]));

        internal void Fails(string name) => _answers[name] = Task.FromResult(new DnsAnswer<IPAddress>(DnsStatus.Failed, []));

        internal void Hang(string name) => _answers[name] = new TaskCompletionSource<DnsAnswer<IPAddress>>().Task;

        internal void Forget(string name) => _answers.Remove(name);

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family)
        {
            if (!name.StartsWith("1.0.0.127.", StringComparison.Ordinal))
                Asked++;
            return _answers.TryGetValue(name, out var answer) ? new(answer) : new(new DnsAnswer<IPAddress>(DnsStatus.NoName, []));
        }

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<string>> TextsAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => throw new NotSupportedException();
    }
}
