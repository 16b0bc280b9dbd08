using System.Net;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

public sealed class SpfCheckTests
{
    private const string Client = "192.0.2.1";
    private readonly FakeDns _dns = new();

    [Theory]
    [InlineData(10, SpfResult.Pass)]
    [InlineData(11, SpfResult.PermError)]
    public async Task Ten_terms_ask_DNS(int terms, SpfResult expected)
    {
        _dns.Txt("x.example", $"v=spf1{string.Concat(Enumerable.Repeat(" a:h.x.example", terms))} ip4:{Client} -all").A("h.x.example", "192.0.2.9");
        var outcome = await CheckAsync();
        Assert.Equal(expected, outcome.Result);
        Assert.Equal(10, outcome.Lookups);
        Assert.Equal(expected == SpfResult.Pass ? null : "more than 10 terms ask DNS", outcome.Problem);
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("exists", "A")]
    [InlineData("mx", "MX")]
    public async Task Two_look_ups_may_find_nothing(string mechanism, string type)
    {
        _dns.Txt("x.example", $"v=spf1 {mechanism}:a.example.net {mechanism}:b.example.net ?all").Txt("y.example", $"v=spf1 {mechanism}:a.example.net {mechanism}:b.example.net {mechanism}:c.example.net ?all");
        Assert.Equal((SpfResult.Neutral, 2), await ResultAsync("x.example"));
        Assert.Equal((SpfResult.PermError, 3), await ResultAsync("y.example"));
        Assert.Contains($"{type} c.example.net", _dns.Asked, StringComparer.Ordinal);

        async Task<(SpfResult, int)> ResultAsync(string domain)
        {
            var outcome = await CheckAsync("a@" + domain);
            return (outcome.Result, outcome.VoidLookups);
        }
    }

    [Fact]
    public async Task Loops_end()
    {
        _dns.Txt("x.example", "v=spf1 include:x.example -all").Txt("y.example", "v=spf1 redirect=y.example").Txt("z.example", "v=spf1 include:z.example include:z.example redirect=z.example");
        foreach (var domain in (string[])["x.example", "y.example", "z.example"])
            Assert.Equal(SpfResult.PermError, (await CheckAsync("a@" + domain)).Result);
        Assert.InRange(_dns.Asked.Count, 1, 33);
    }

    [Fact]
    public async Task Ten_exchangers_and_ten_names_are_looked_at()
    {
        string[] hosts = [.. Enumerable.Range(0, 11).Select(static i => $"h{i}.x.example")];
        foreach (var host in hosts)
            _dns.A(host, host.StartsWith("h10", StringComparison.Ordinal) ? Client : "192.0.2.9");
        _dns.Txt("x.example", "v=spf1 mx -all").Mx("x.example", hosts).Txt("y.example", "v=spf1 ptr:x.example -all").Ptr(Client, hosts);
        Assert.Equal(SpfResult.PermError, (await CheckAsync()).Result);
        _dns.Mx("x.example", hosts[1..]);
        Assert.Equal(SpfResult.Pass, (await CheckAsync()).Result);
        Assert.Equal(SpfResult.Fail, (await CheckAsync("a@y.example")).Result);
        _dns.Ptr(Client, hosts[1..]);
        Assert.Equal(SpfResult.Pass, (await CheckAsync("a@y.example")).Result);
    }

    [Fact]
    public async Task Names_of_the_client_are_looked_up_once()
    {
        _dns.Txt("x.example", "v=spf1 ptr:a.example.net exists:%{p}.b.example.net ptr:c.example.net exp=%{p}.exp.x.example -all").Ptr(Client, "mx.x.example").A("mx.x.example", Client);
        Assert.Equal(SpfResult.Fail, (await CheckAsync()).Result);
        Assert.Single(_dns.Asked, static asked => asked.StartsWith("PTR", StringComparison.Ordinal));
        Assert.Contains("TXT mx.x.example.exp.x.example", _dns.Asked, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 a:down.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 mx:down.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 exists:down.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 include:down.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 redirect=down.example", SpfResult.TempError)]
    [InlineData("v=spf1 mx:half.example -all", SpfResult.TempError)]
    [InlineData("v=spf1 ptr -all", SpfResult.Fail)]
    [InlineData("v=spf1 exp=down.example -all", SpfResult.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.1 a:down.example", SpfResult.Pass)]
    public async Task DNS_that_fails(string record, SpfResult expected)
    {
        _dns.Txt("x.example", record).Fail("down.example").Mx("half.example", "down.example").Fail(Client);
        var outcome = await CheckAsync();
        Assert.Equal(expected, outcome.Result);
        Assert.Equal(expected == SpfResult.TempError ? "DNS did not answer" : null, outcome.Problem);
    }

    [Fact]
    public async Task Past_the_deadline_it_is_temperror_and_nothing_is_asked()
    {
        _dns.Txt("x.example", "v=spf1 +all");
        using var past = new CancellationTokenSource();
        await past.CancelAsync();
        Assert.Equal(SpfResult.TempError, (await SpfCheck.RunAsync(new SpfQuery(IPAddress.Parse(Client), "h.example", "a@x.example"), _dns, past.Token)).Result);
        Assert.Empty(_dns.Asked);
    }

    [Theory]
    [InlineData("a@localhost")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@x..example")]
    [InlineData("a@\u00E4\u0000.example")]
    [InlineData("a@")]
    [InlineData("@")]
    public async Task What_is_no_domain_name_has_no_result(string sender)
    {
        Assert.Equal(SpfResult.None, (await CheckAsync(sender)).Result);
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public async Task The_null_sender_is_postmaster_at_the_HELO_name()
    {
        _dns.Txt("h.example", "v=spf1 exists:%{l}.%{o}.%{h}.s.example -all").A("postmaster.h.example.h.example.s.example", "127.0.0.2");
        var outcome = await CheckAsync("");
        Assert.Equal((SpfResult.Pass, "h.example", true), (outcome.Result, outcome.Domain, outcome.IsPersonal));
    }

    [Fact]
    public async Task U_labels_are_asked_as_A_labels_and_such_local_parts_match_nothing()
    {
        _dns.Txt("xn--bcher-kva.example", "v=spf1 exists:%{l}.s.example ?all");
        var outcome = await CheckAsync("\u00FC@B\u00FCcher.example");
        Assert.Equal((SpfResult.Neutral, "xn--bcher-kva.example"), (outcome.Result, outcome.Domain));
        Assert.Equal(["TXT xn--bcher-kva.example"], _dns.Asked);
    }

    [Theory]
    [InlineData("a@x.example.", SpfResult.Pass)]
    [InlineData("a@x.example..", SpfResult.None)]
    public async Task One_dot_may_stand_at_the_end(string sender, SpfResult expected)
    {
        _dns.Txt("x.example", "v=spf1 +all");
        Assert.Equal(expected, (await CheckAsync(sender)).Result);
    }

    [Fact]
    public async Task A_mapped_address_is_IPv4()
    {
        _dns.Txt("x.example", "v=spf1 -ip6:::/0 ip4:192.0.2.0/24 -all");
        Assert.Equal("ip4:192.0.2.0/24", (await CheckAsync(client: "::ffff:192.0.2.1")).Mechanism);
    }

    [Theory]
    [InlineData("go away, %{s}", "go away, a@x.example")]
    [InlineData("line\r\nQUIT", null)]
    [InlineData("%{x}", null)]
    [InlineData("\u00E4", null)]
    public async Task Explanations(string text, string? expected)
    {
        _dns.Txt("x.example", "v=spf1 -all exp=exp.x.example").Txt("exp.x.example", text);
        Assert.Equal(expected, (await CheckAsync()).Explanation);
    }

    [Fact]
    public async Task Explanations_are_printable_and_bounded()
    {
        _dns.Txt("x.example", "v=spf1 -all exp=exp.x.example").Txt("exp.x.example", string.Concat(Enumerable.Repeat("%{l}-", 300)));
        var outcome = await CheckAsync("\r\n\u00E4\u001B@x.example");
        Assert.Equal(SpfLimits.Explanation, outcome.Explanation!.Length);
        Assert.StartsWith("????-????-", outcome.Explanation, StringComparison.Ordinal);
        _dns.Txt("exp.x.example", "one", "two");
        Assert.Null((await CheckAsync()).Explanation);
        Assert.False((await CheckAsync()).IsPersonal);
    }

    [Fact]
    public async Task The_mechanism_is_told_bounded()
    {
        var name = string.Concat(Enumerable.Repeat("a.%%", 200)) + ".example";
        _dns.Txt("x.example", $"v=spf1 exists:{name} ip4:{Client}").Txt("y.example", "v=spf1 ?include:x.example").Txt("z.example", "v=spf1");
        Assert.Equal("ip4:192.0.2.1", (await CheckAsync()).Mechanism);
        Assert.Equal("?include:x.example", (await CheckAsync("a@y.example")).Mechanism);
        Assert.Equal("default", (await CheckAsync("a@z.example")).Mechanism);
        Assert.Equal(SpfLimits.Mechanism, SpfRecord.Parse($"v=spf1 exists:{name}", out _)!.Directives[0].Text.Length);
    }

    private ValueTask<SpfOutcome> CheckAsync(string sender = "a@x.example", string client = Client) =>
        SpfCheck.RunAsync(new SpfQuery(IPAddress.Parse(client), "h.example", sender), _dns, CancellationToken.None);
}
