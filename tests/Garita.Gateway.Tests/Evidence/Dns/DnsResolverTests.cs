using System.Net;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Dns;

public sealed class DnsResolverTests : IDisposable
{
    private readonly LoopbackDns _server = new();
    private readonly ManualTime _time = new();
    private readonly DnsResolver _resolver;

    public DnsResolverTests() => _resolver = Resolver(TimeSpan.FromSeconds(5));

    [Fact]
    public async Task Addresses_of_both_kinds()
    {
        _server.Add("mx.example.org", LoopbackDns.A, 300, [192, 0, 2, 1]);
        _server.Add("mx.example.org", LoopbackDns.Aaaa, 100, IPAddress.Parse("2001:db8::1").GetAddressBytes());
        var answer = await _resolver.AddressesAsync("mx.example.org");
        Assert.Equal(DnsStatus.Found, answer.Status);
        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], answer.Records);
        Assert.Equal(TimeSpan.FromSeconds(100), answer.TimeToLive);
    }

    [Fact]
    public async Task Cached_for_the_time_to_live_and_answered_at_once()
    {
        _server.AddAddress("a.example", 60, "192.0.2.1");
        await _resolver.AddressesAsync("a.example");
        var asked = _server.Questions.Count;
        _time.Advance(TimeSpan.FromSeconds(59));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = _resolver.AddressesAsync("A.example");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(DnsStatus.Found, (await again).Status);
        Assert.InRange(allocated, 0, 64);
        Assert.Equal(asked, _server.Questions.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _resolver.AddressesAsync("a.example");
        Assert.Equal(2 * asked, _server.Questions.Count);
    }

    [Fact]
    public async Task Other_resolvers_are_asked_from_the_reload_on()
    {
        using var other = new LoopbackDns();
        _server.AddAddress("old.example", 60, "192.0.2.1");
        other.AddAddress("new.example", 60, "192.0.2.2");
        await _resolver.AddressesAsync("old.example");
        _resolver.Apply(new DnsSettings { Servers = [other.Address] });
        Assert.Equal(DnsStatus.Found, (await _resolver.AddressesAsync("old.example")).Status);
        Assert.Empty(other.Questions);
        Assert.Equal(DnsStatus.Found, (await _resolver.AddressesAsync("new.example")).Status);
        Assert.DoesNotContain(_server.Questions, static question => question.EndsWith("new.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_name_is_kept_a_minute_and_no_answer_ten_seconds()
    {
        _server.Fail("broken.example", LoopbackDns.Mx, 2);
        Assert.Equal(DnsStatus.NoName, (await _resolver.MailExchangersAsync("gone.example")).Status);
        Assert.Equal(DnsStatus.Failed, (await _resolver.MailExchangersAsync("broken.example")).Status);
        _server.Add("gone.example", LoopbackDns.Mx, 60, LoopbackDns.Exchanger(10, "mx.gone.example"));
        _server.Add("broken.example", LoopbackDns.Mx, 60, LoopbackDns.Exchanger(10, "mx.broken.example"));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(DnsStatus.NoName, (await _resolver.MailExchangersAsync("gone.example")).Status);
        Assert.Equal(DnsStatus.Found, (await _resolver.MailExchangersAsync("broken.example")).Status);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(DnsStatus.Found, (await _resolver.MailExchangersAsync("gone.example")).Status);
    }

    [Fact]
    public async Task Equal_questions_in_flight_are_asked_once()
    {
        _server.Add("b.example", LoopbackDns.Mx, 60, LoopbackDns.Exchanger(20, "Second.B.example"), LoopbackDns.Exchanger(10, "first.b.example"));
        _server.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Enumerable.Range(0, 50).Select(_ => _resolver.MailExchangersAsync("b.example").AsTask()).ToArray();
        _server.Gate.SetResult();
        foreach (var answer in await Task.WhenAll(asking))
            Assert.Equal([new MxRecord(10, "first.b.example"), new MxRecord(20, "second.b.example")], answer.Records);
        Assert.Single(_server.Questions);
    }

    [Fact]
    public async Task Null_mx_stands_alone()
    {
        _server.Add("null.example", LoopbackDns.Mx, 60, LoopbackDns.Exchanger(0, ""));
        _server.Add("odd.example", LoopbackDns.Mx, 60, LoopbackDns.Exchanger(0, ""), LoopbackDns.Exchanger(10, "mx.odd.example"));
        Assert.Equal([new MxRecord(0, "")], (await _resolver.MailExchangersAsync("null.example")).Records);
        Assert.Equal([new MxRecord(10, "mx.odd.example")], (await _resolver.MailExchangersAsync("odd.example")).Records);
    }

    [Fact]
    public async Task Hostile_names_of_an_address_are_dropped_and_many_are_cut()
    {
        _server.Add("1.2.0.192.in-addr.arpa", LoopbackDns.Ptr, 60, LoopbackDns.Name("a\r\nQUIT.example"), LoopbackDns.Name("${run}.example"), LoopbackDns.Name("-x.example"), LoopbackDns.Name("MX.example"));
        _server.Add("2.2.0.192.in-addr.arpa", LoopbackDns.Ptr, 60, [.. Enumerable.Range(0, 30).Select(static i => LoopbackDns.Name($"h{i}.ex"))]);
        Assert.Equal(["mx.example"], (await _resolver.PointerAsync(IPAddress.Parse("192.0.2.1"))).Records);
        Assert.Equal(10, (await _resolver.PointerAsync(IPAddress.Parse("192.0.2.2"))).Records.Count);
    }

    [Fact]
    public async Task What_is_no_host_name_is_not_asked_for()
    {
        Assert.Equal(DnsStatus.NoName, (await _resolver.AddressesAsync("a b\r\n.example")).Status);
        Assert.Equal(DnsStatus.NoName, (await _resolver.MailExchangersAsync(new string('a', 300))).Status);
        Assert.Empty(_server.Questions);
    }

    [Fact]
    public async Task Silence_fails_within_the_deadline_and_opens_the_breaker()
    {
        _server.IsSilent = true;
        var resolver = Resolver(TimeSpan.FromMilliseconds(30));
        for (var i = 0; i < DnsBreaker.Failures; i++)
        {
            Assert.False(resolver.IsDown);
            Assert.Equal(DnsStatus.Failed, (await resolver.MailExchangersAsync($"n{i}.example")).Status);
        }

        await resolver.Probe;
        Assert.True(resolver.IsDown);
        var refused = resolver.MailExchangersAsync("later.example");
        Assert.True(refused.IsCompletedSuccessfully);
        Assert.Equal(DnsStatus.Failed, (await refused).Status);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(resolver.IsDown);
    }

    [Fact]
    public async Task The_deadline_is_one_for_a_name()
    {
        _server.IsSilent = true;
        var asking = _resolver.MailExchangersAsync("slow.example").AsTask();
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(DnsStatus.Failed, (await asking).Status);
    }

    public void Dispose() => _server.Dispose();

    private DnsResolver Resolver(TimeSpan timeout) => new(new DnsSettings { Servers = [_server.Address], Timeout = timeout }, _time);
}
