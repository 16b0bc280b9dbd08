using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Sender;

public sealed class SenderPolicyTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private readonly FakeDns _dns = new();
    private readonly ManualTime _time = new();
    private readonly SenderPolicy _policy;

    public SenderPolicyTests() => _policy = new SenderPolicy(_dns, _time);

    [Theory]
    [InlineData("v=spf1 ip4:192.0.2.0/24 -all", SpfResult.Pass)]
    [InlineData("v=spf1 a -all", SpfResult.Pass)]
    [InlineData("v=spf1 mx -all", SpfResult.Pass)]
    [InlineData("v=spf1 ptr -all", SpfResult.Pass)]
    [InlineData("v=spf1 exists:%{ir}.x.example -all", SpfResult.Fail)]
    [InlineData("v=spf1 a:down.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 nothing", SpfResult.PermError)]
    [InlineData("something else", SpfResult.None)]
    public async Task Every_kind_of_look_up(string record, SpfResult expected)
    {
        _dns.Texts["x.example"] = record;
        var fact = await FindAsync();
        Assert.Equal((expected, "x.example"), (fact.Result, fact.Domain));
        Assert.Equal(expected is SpfResult.TempError or SpfResult.PermError, fact.Problem is not null);
    }

    [Fact]
    public async Task Kept_for_an_address_and_a_domain()
    {
        _dns.Texts["x.example"] = "v=spf1 -all";
        var first = await FindAsync();
        var again = _policy.FindAsync(Client, "other.example", new Mailbox("b", "x.example"), "mx");
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, await again);
        Assert.NotSame(first, await _policy.FindAsync(IPAddress.Parse("192.0.2.2"), "h.example", new Mailbox("a", "x.example"), "mx"));
        Assert.Equal(2, _dns.Asked);
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotSame(first, await FindAsync());
    }

    [Fact]
    public async Task Not_kept_where_the_policy_asks_for_the_person()
    {
        _dns.Texts["x.example"] = "v=spf1 exists:%{l}.y.example -all";
        _dns.Addresses["a.y.example"] = IPAddress.Parse("127.0.0.2");
        Assert.Equal(SpfResult.Pass, (await FindAsync()).Result);
        Assert.Equal(SpfResult.Fail, (await _policy.FindAsync(Client, "h.example", new Mailbox("b", "x.example"), "mx")).Result);
    }

    [Fact]
    public async Task The_null_sender_is_the_HELO_name_and_a_literal_is_nothing()
    {
        _dns.Texts["h.example"] = "v=spf1 -all";
        Assert.Equal((SpfResult.Fail, "h.example"), await ResultAsync("h.example", null));
        Assert.Equal((SpfResult.None, "[192.0.2.1]"), await ResultAsync("[192.0.2.1]", null));
        Assert.Equal((SpfResult.None, ""), await ResultAsync("", null));
        Assert.Equal(SpfResult.None, (await ResultAsync("h.example", new Mailbox("a", "[192.0.2.1]"))).Result);
        Assert.Equal(1, _dns.Asked);

        async Task<(SpfResult Result, string)> ResultAsync(string helo, Mailbox? sender)
        {
            var fact = await _policy.FindAsync(Client, helo, sender, "mx");
            return (fact.Result, fact.Domain);
        }
    }

    [Fact]
    public async Task DNS_that_is_silent_is_waited_for_5_s_in_all_and_asked_again_soon()
    {
        _dns.Texts["x.example"] = "v=spf1 include:silent.example -all";
        var asking = FindAsync().AsTask();
        Assert.False(asking.IsCompleted);
        _time.Advance(SenderPolicy.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(SpfResult.TempError, (await asking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Result);
        Assert.True(FindAsync().AsTask().IsCompletedSuccessfully);
        _time.Advance(TimeSpan.FromSeconds(11));
        _dns.Texts["x.example"] = "v=spf1 +all";
        Assert.Equal(SpfResult.Pass, (await FindAsync()).Result);
    }

    [Fact]
    public async Task Over_a_real_resolver()
    {
        using var server = new Dns.LoopbackDns();
        server.Add("x.example", Dns.LoopbackDns.Txt, 60, Dns.LoopbackDns.Text("other=1"), Dns.LoopbackDns.Text("v=spf1 include:_spf.x.example ", "mx:h.example a:gone.example ~all"));
        server.Add("_spf.x.example", Dns.LoopbackDns.Txt, 60, Dns.LoopbackDns.Text("v=spf1 exists:%{l}._user.x.example -all"));
        server.Add("a._user.x.example", Dns.LoopbackDns.A, 60, [127, 0, 0, 2]);
        server.Add("h.example", Dns.LoopbackDns.Mx, 60, Dns.LoopbackDns.Exchanger(10, "mx.h.example"));
        server.Add("mx.h.example", Dns.LoopbackDns.Aaaa, 60, IPAddress.Parse("2001:db8::1").GetAddressBytes());
        var policy = new SenderPolicy(new DnsResolver(new DnsSettings { Servers = [server.Address], Timeout = TimeSpan.FromSeconds(5) }, TimeProvider.System), TimeProvider.System);
        Assert.Equal((SpfResult.Pass, "include:_spf.x.example"), await ResultAsync("192.0.2.1", "a"));
        Assert.Equal((SpfResult.Pass, "mx:h.example"), await ResultAsync("2001:db8::1", "b+c"));
        Assert.Equal((SpfResult.SoftFail, "~all"), await ResultAsync("192.0.2.1", "b+c"));

        async Task<(SpfResult, string?)> ResultAsync(string client, string local)
        {
            var fact = await policy.FindAsync(IPAddress.Parse(client), "h.example", new Mailbox(local, "x.example"), "mx");
            return (fact.Result, fact.Mechanism);
        }
    }

    private ValueTask<SpfFact> FindAsync() => _policy.FindAsync(Client, "h.example", new Mailbox("a", "x.example"), "mx.example.com");

    private sealed class FakeDns : IDnsResolver
    {
        internal Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

        internal Dictionary<string, IPAddress> Addresses { get; } = new(StringComparer.Ordinal) { ["x.example"] = Client, ["mail.x.example"] = Client };

        internal int Asked { get; private set; }

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => new(new DnsAnswer<string>(DnsStatus.Found, ["mail.x.example"]));

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family)
        {
            Asked++;
            if (name is "down.example")
                return new(new DnsAnswer<IPAddress>(DnsStatus.Failed, []));
            return new(Addresses.TryGetValue(name, out var address) && address.AddressFamily == family
                ? new DnsAnswer<IPAddress>(DnsStatus.Found, [address])
                : new DnsAnswer<IPAddress>(DnsStatus.NoName, []));
        }

        public ValueTask<DnsAnswer<string>> TextsAsync(string name)
        {
            Asked++;
            if (name is "silent.example")
                return new(new TaskCompletionSource<DnsAnswer<string>>().Task);
            return new(Texts.TryGetValue(name, out var text) ? new DnsAnswer<string>(DnsStatus.Found, [text]) : new DnsAnswer<string>(DnsStatus.NoName, []));
        }

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => new(new DnsAnswer<MxRecord>(DnsStatus.Found, [new MxRecord(10, "mail.x.example")]));
    }
}
