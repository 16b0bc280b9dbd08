using System.Text;
using Garita.Protocols.Address;
using Xunit;

namespace Garita.Protocols.Tests.Address;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c.0", true)]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("a.", false)]
    [InlineData(".a", false)]
    [InlineData("a..b", false)]
    [InlineData("-a", false)]
    [InlineData("a-.b", false)]
    [InlineData("a_b", false)]
    [InlineData("a b", false)]
    [InlineData("ü", false)]
    public void Domains_have_their_form(string text, bool expected) => Assert.Equal(expected, DomainName.IsDomain(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Labels_end_at_63_and_domains_at_255_octets()
    {
        var label = new string('a', 63);
        Assert.True(DomainName.IsDomain(Encoding.ASCII.GetBytes($"{label}.{label}.{label}.{label}")));
        Assert.False(DomainName.IsDomain(Encoding.ASCII.GetBytes($"{label}.{label}.{label}.{label}.")));
        Assert.False(DomainName.IsDomain(Encoding.ASCII.GetBytes($"{label}a")));
        Assert.False(DomainName.IsDomain(Encoding.ASCII.GetBytes($"{label}.{label}.{label}.{label[1..]}.a")));
    }

    [Theory]
    [InlineData("[1.2.3.4]", true)]
    [InlineData("[IPv6:::1]", true)]
    [InlineData("[IPv6:1:2:3:4:5:6:7:8]", true)]
    [InlineData("[IPv6:1:2:3:4:5::7]", true)]
    [InlineData("[IPv6:1:2:3:4:5:6::7]", false)] // RFC 5321 §4.1.3: "::" is at least two groups
    [InlineData("[IPv6:1::2::3]", false)]
    [InlineData("[IPv6:1:2:3:4:5:6:7]", false)]
    [InlineData("[IPv6:12345::]", false)]
    [InlineData("[IPv6:1::1.2.3.4:5]", false)]
    [InlineData("[IPv6:]", false)]
    [InlineData("[IPv6::1]", false)]
    [InlineData("[::1]", false)]
    [InlineData("[1.2.3]", false)]
    [InlineData("[1.2.3.4.5]", false)]
    [InlineData("[1.2.3.256]", false)]
    [InlineData("[1.2.3.0004]", false)]
    [InlineData("[1.2.3.+4]", false)]
    [InlineData("1.2.3.4", false)]
    [InlineData("[]", false)]
    [InlineData("[", false)]
    [InlineData("[tag:x]", false)]
    public void Literals_have_their_form(string text, bool expected) => Assert.Equal(expected, DomainName.IsAddressLiteral(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("EXAMPLE.org", false, "example.org")]
    [InlineData("bücher.example", true, "xn--bcher-kva.example")]
    [InlineData("bücher.example", false, null)]
    [InlineData("a_ü.example", true, null)]
    [InlineData("ü。example", true, null)]
    [InlineData("ü..example", true, null)]
    [InlineData("ü.example.", true, null)]
    [InlineData("a\u2100b.example", true, null)] // maps to a/c
    [InlineData("a.", false, null)]
    public void Domains_are_normalized(string text, bool smtpUtf8, string? expected)
    {
        Assert.Equal(expected is not null, DomainName.TryNormalize(Encoding.UTF8.GetBytes(text), smtpUtf8, out var normalized));
        Assert.Equal(expected, normalized);
    }
}
