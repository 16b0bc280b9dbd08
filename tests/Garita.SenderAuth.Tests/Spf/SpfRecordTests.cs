using System.Net;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

public sealed class SpfRecordTests
{
    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("V=SPF1 -all", true)]
    [InlineData("v=spf1  ", true)]
    [InlineData("v=spf10", false)]
    [InlineData("v=spf1\t-all", false)]
    [InlineData(" v=spf1", false)]
    [InlineData("v=spf", false)]
    [InlineData("", false)]
    public void Version(string text, bool isSpf) => Assert.Equal(isSpf, SpfRecord.IsSpf(text));

    [Theory]
    [InlineData("all", true)]
    [InlineData("+ALL", true)]
    [InlineData("++all", false)]
    [InlineData("-", false)]
    [InlineData("all:a.example", false)]
    [InlineData("a", true)]
    [InlineData("a/24", true)]
    [InlineData("a//64", true)]
    [InlineData("a/24//64", true)]
    [InlineData("a:x.example/24//64", true)]
    [InlineData("a:%{d}/0", true)]
    [InlineData("a/", false)]
    [InlineData("a//", false)]
    [InlineData("a/24/64", false)]
    [InlineData("a//64/24", false)]
    [InlineData("a/33", false)]
    [InlineData("a//129", false)]
    [InlineData("a/08", false)]
    [InlineData("a/+8", false)]
    [InlineData("a=x.example", true)]
    [InlineData("mx", true)]
    [InlineData("mx:", false)]
    [InlineData("mx.", false)]
    [InlineData("ptr", true)]
    [InlineData("ptr:x.example", true)]
    [InlineData("ptr/24", false)]
    [InlineData("include", false)]
    [InlineData("include:x.example", true)]
    [InlineData("include:x.example/24", false)]
    [InlineData("exists:%{i}.x.example", true)]
    [InlineData("exists", false)]
    [InlineData("ip4:192.0.2.1", true)]
    [InlineData("ip4:192.0.2.0/24", true)]
    [InlineData("ip4:192.0.2.0//24", false)]
    [InlineData("ip4:192.0.2", false)]
    [InlineData("ip4:192.0.2.256", false)]
    [InlineData("ip4:192.0.2.01", false)]
    [InlineData("ip4:0x7f.0.0.1", false)]
    [InlineData("ip4:192.0.2.1.1", false)]
    [InlineData("ip4:2001:db8::1", false)]
    [InlineData("ip4", false)]
    [InlineData("ip6:2001:db8::1", true)]
    [InlineData("ip6:2001:db8::/32", true)]
    [InlineData("ip6:::ffff:192.0.2.1", true)]
    [InlineData("ip6:::", true)]
    [InlineData("ip6:2001:db8::1%eth0", false)]
    [InlineData("ip6:[2001:db8::1]", false)]
    [InlineData("ip6:192.0.2.1", false)]
    [InlineData("ip6:2001:db8::/129", false)]
    [InlineData("ip6::1", false)]
    [InlineData("redirect=x.example", true)]
    [InlineData("redirect:x.example", false)]
    [InlineData("-redirect=x.example", false)]
    [InlineData("redirect=", false)]
    [InlineData("exp=x.example", true)]
    [InlineData("exp=%{c}.example", false)]
    [InlineData("unknown=", true)]
    [InlineData("un-k_n.own1=%{c}x:y/z", true)]
    [InlineData("unknown=%", false)]
    [InlineData("1x=y", false)]
    [InlineData("=y", false)]
    [InlineData("moo", false)]
    [InlineData("a\u00E4", false)]
    [InlineData("a\u0000", false)]
    public void Terms(string term, bool isGood)
    {
        Assert.Equal(isGood, SpfRecord.Parse("v=spf1 " + term, out var problem) is not null);
        Assert.Equal(isGood, problem is null);
        // An error stands anywhere: RFC 7208 §4.6.
        Assert.Equal(isGood, SpfRecord.Parse($"v=spf1 all  {term}  ", out _) is not null);
    }

    [Theory]
    [InlineData("redirect=a.example redirect=a.example")]
    [InlineData("exp=a.example EXP=b.example")]
    public void Known_modifiers_stand_once(string terms)
    {
        Assert.Null(SpfRecord.Parse("v=spf1 " + terms, out _));
        Assert.NotNull(SpfRecord.Parse("v=spf1 x=1 x=1", out _));
    }

    [Fact]
    public void The_length_is_bounded()
    {
        var terms = string.Concat(Enumerable.Repeat(" ip4:192.0.2.1", 1000));
        Assert.Null(SpfRecord.Parse("v=spf1" + terms, out var problem));
        Assert.Equal("record too long", problem);
        Assert.Equal(500, SpfRecord.Parse("v=spf1" + terms[..(terms.Length / 2)], out _)!.Directives.Count);
    }

    [Theory]
    [InlineData("192.0.2.0", 24, "192.0.2.255", true)]
    [InlineData("192.0.2.0", 25, "192.0.2.128", false)]
    [InlineData("192.0.2.129", 25, "192.0.2.128", true)]
    [InlineData("192.0.2.1", 32, "192.0.2.1", true)]
    [InlineData("192.0.2.1", 31, "192.0.2.2", false)]
    [InlineData("10.0.0.0", 0, "192.0.2.1", true)]
    [InlineData("2001:db8::", 33, "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::", 33, "2001:db8:8000::1", false)]
    [InlineData("::", 0, "192.0.2.1", false)]
    [InlineData("0.0.0.0", 0, "::1", false)]
    public void Networks(string network, int prefix, string client, bool covers) =>
        Assert.Equal(covers, new SpfDirective("", SpfResult.Pass, SpfMechanism.A, Prefix4: Math.Min(32, prefix), Prefix6: prefix).Covers(IPAddress.Parse(network), IPAddress.Parse(client)));
}
