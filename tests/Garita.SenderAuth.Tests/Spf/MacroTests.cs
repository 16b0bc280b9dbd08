using System.Net;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

public sealed class MacroTests
{
    // RFC 7208 §7.4, the examples; nibbles are upper case here, which DNS does not tell apart.
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("%{h}/%{p}", "helo.example.com/mx.example.com")]
    [InlineData("%%%_%-", "% %20")]
    [InlineData("%{d999999999999}", "email.example.com")]
    public void Examples(string text, string expected) => Assert.Equal(expected, Expand(text, "192.0.2.3"));

    [Fact]
    public void An_IPv6_client_is_nibbles() =>
        Assert.Equal("1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com", Expand("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01"));

    [Fact]
    public void Upper_case_escapes_after_the_transformation()
    {
        var values = new MacroValues(new SpfQuery(IPAddress.Loopback, "h", "a b/c\u00E4~_-@x.example"), "x.example", "");
        Assert.Equal("a%20b%2Fc%C3%A4~_-", MacroExpander.Expand(MacroReader.ReadExplanation("%{L}")!, values));
        Assert.Equal("c%C3%A4~_-.a%20b", MacroExpander.Expand(MacroReader.ReadExplanation("%{Lr/}")!, values));
    }

    [Fact]
    public void Explanations_may_name_address_receiver_and_time()
    {
        var values = new MacroValues(new SpfQuery(IPAddress.Parse("2001:db8::1"), "h", "a@x.example", "mx.receiver.example", DateTimeOffset.FromUnixTimeSeconds(12)), "x.example", "");
        Assert.Equal("2001:db8::1 mx.receiver.example 12", MacroExpander.Expand(MacroReader.ReadExplanation("%{c} %{r} %{t}")!, values));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("a%")]
    [InlineData("%a")]
    [InlineData("%{")]
    [InlineData("%{d")]
    [InlineData("%{}")]
    [InlineData("%{x}")]
    [InlineData("%{d0}")]
    [InlineData("%{d00}")]
    [InlineData("%{dr2}")]
    [InlineData("%{drr}")]
    [InlineData("%{d:}")]
    [InlineData("%{d-r}")]
    [InlineData("%{ d}")]
    [InlineData("\u0130%{d}")]
    [InlineData("%{\u0130}")]
    [InlineData("%(d)")]
    [InlineData("a\tb")]
    [InlineData("\u007F")]
    public void What_breaks_the_grammar(string text)
    {
        Assert.Null(MacroReader.ReadText(text));
        Assert.Null(MacroReader.ReadExplanation(text));
        Assert.Null(MacroReader.ReadDomain(text));
    }

    [Theory]
    [InlineData("a.example", true)]
    [InlineData("a.example.", true)]
    [InlineData("%{d}", true)]
    [InlineData("x%%", true)]
    [InlineData("%{d}.com", true)]
    [InlineData("a:b/c.example", true)]
    [InlineData("a.1-2", true)]
    [InlineData("%{d}com", false)]
    [InlineData("%{d.}com", false)]
    [InlineData("example", false)]
    [InlineData("example.", false)]
    [InlineData("a..", false)]
    [InlineData("a.12", false)]
    [InlineData("a.com-", false)]
    [InlineData("a.-com", false)]
    [InlineData("a.b_c", false)]
    [InlineData("%{c}.example", false)]
    [InlineData("%{r}", false)]
    [InlineData("%{t}", false)]
    [InlineData("", false)]
    public void Domain_specs_end_in_a_macro_or_a_top_label(string text, bool isDomain) => Assert.Equal(isDomain, MacroReader.ReadDomain(text) is not null);

    [Fact]
    public void The_expansion_is_bounded()
    {
        var values = new MacroValues(new SpfQuery(IPAddress.Loopback, "h", new string('\u00E4', 64) + "@x.example"), "x.example", "");
        Assert.Null(MacroExpander.Expand(MacroReader.ReadText(string.Concat(Enumerable.Repeat("%{L}", 1000)))!, values));
    }

    [Theory]
    [InlineData("a.example.", "a.example")]
    [InlineData("example", null)]
    [InlineData("a..example", null)]
    [InlineData(".example", null)]
    [InlineData("a.\u00E4", null)]
    [InlineData("a\u0000.b", null)]
    [InlineData("", null)]
    [InlineData(".", null)]
    public void Target_names(string expanded, string? expected) => Assert.Equal(expected, TargetName.Make(expanded));

    [Fact]
    public void A_long_name_is_cut_from_the_left_at_a_label()
    {
        var label = new string('a', 49) + ".";
        var tail = string.Concat(Enumerable.Repeat(label, 5));
        Assert.Equal(tail + "com", TargetName.Make("x." + tail + "com"));
        Assert.Equal(tail[label.Length..] + "com.au", TargetName.Make(tail + "com.au"));
        Assert.Null(TargetName.Make(new string('a', 300)));
    }

    private static string? Expand(string text, string client) =>
        MacroExpander.Expand(MacroReader.ReadText(text)!, new MacroValues(new SpfQuery(IPAddress.Parse(client), "helo.example.com", "strong-bad@email.example.com"), "email.example.com", "mx.example.com"));
}
