using System.Net;
using Garita.Warden.Bans;
using Xunit;

namespace Garita.Warden.Tests.Bans;

/// <summary>Whom the warden never bans, whatever the gateway says.</summary>
public sealed class NeverListTests
{
    [Theory]
    [InlineData("127.0.0.1/32", "loopback")]
    [InlineData("127.5.6.7/32", "loopback")]
    [InlineData("::1/128", "loopback")]
    [InlineData("::/64", "loopback")]
    [InlineData("10.1.2.3/32", "private")]
    [InlineData("172.31.0.0/16", "private")]
    [InlineData("192.168.7.0/24", "private")]
    [InlineData("fd00:1::/64", "private")]
    [InlineData("fe80::/64", "link-local")]
    [InlineData("224.0.0.1/32", "multicast")]
    [InlineData("203.0.113.9/32", "an address of this machine")]
    [InlineData("203.0.113.0/24", "an address of this machine")]
    [InlineData("2001:db8:5::/64", "an address of this machine")]
    [InlineData("198.51.100.64/32", "the file")]
    [InlineData("198.51.0.0/16", "the file")]
    [InlineData("192.0.2.7/32", "an option")]
    [InlineData("198.51.100.63/32", null)]
    [InlineData("192.0.2.8/32", null)]
    [InlineData("2001:db8:6::/64", null)]
    public void Who_is_on_it(string network, string? what)
    {
        List<string> problems = [];
        var never = NeverList.Make(
            [("# administrators", "the file"), ("", "the file"), ("198.51.100.64/26  # office", "the file"), ("192.0.2.7", "an option")],
            [IPAddress.Parse("203.0.113.9"), IPAddress.Parse("2001:db8:5::1")], takesPrivate: false, problems);
        Assert.Empty(problems);
        var found = never.Find(Prefix.Of(IPNetwork.Parse(network)));
        if (what is null)
            Assert.Null(found);
        else
            Assert.Contains(what, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Private_networks_may_be_taken_out_and_loopback_may_not()
    {
        var never = NeverList.Make([], [], takesPrivate: true, []);
        Assert.Null(never.Find(Prefix.Of(IPNetwork.Parse("10.1.2.3/32"))));
        Assert.NotNull(never.Find(Prefix.Of(IPNetwork.Parse("127.0.0.1/32"))));
    }

    [Theory]
    [InlineData("192.0.2.1/24")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/x")]
    [InlineData("office.example.com")]
    [InlineData("192.0.2.0/24 198.51.100.0/24")]
    public void A_line_that_is_none_is_said_and_the_others_count(string line)
    {
        List<string> problems = [];
        var never = NeverList.Make([(line, "never line 1"), ("198.51.100.1", "never line 2")], [], takesPrivate: false, problems);
        Assert.StartsWith("never line 1: expected a network", Assert.Single(problems), StringComparison.Ordinal);
        Assert.NotNull(never.Find(Prefix.Of(IPNetwork.Parse("198.51.100.1/32"))));
    }
}
