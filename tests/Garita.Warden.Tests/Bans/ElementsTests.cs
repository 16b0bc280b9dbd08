using System.Net;
using Garita.Warden.Bans;
using Xunit;

namespace Garita.Warden.Tests.Bans;

/// <summary>Networks become elements of /32, /24, /64 and /48, or none.</summary>
public sealed class ElementsTests
{
    [Theory]
    [InlineData("192.0.2.1/32", 1, 32)]
    [InlineData("192.0.2.128/25", 128, 32)]
    [InlineData("192.0.2.0/31", 2, 32)]
    [InlineData("192.0.2.0/24", 1, 24)]
    [InlineData("198.18.0.0/23", 2, 24)]
    [InlineData("198.18.0.0/16", 256, 24)]
    [InlineData("198.18.0.0/15", 0, 0)]
    [InlineData("198.0.0.0/8", 0, 0)]
    [InlineData("0.0.0.0/0", 0, 0)]
    [InlineData("2001:db8::/64", 1, 64)]
    [InlineData("2001:db8::/56", 256, 64)]
    [InlineData("2001:db8::/55", 0, 0)]
    [InlineData("2001:db8::/49", 0, 0)]
    [InlineData("2001:db8::/48", 1, 48)]
    [InlineData("2001:db8::/40", 256, 48)]
    [InlineData("2001:db8::/39", 0, 0)]
    [InlineData("2001:db8::1/128", 0, 0)]
    [InlineData("2001:db8::/65", 0, 0)]
    public void A_network_is_split_into_what_the_sets_hold(string text, int count, int length)
    {
        var elements = Elements.Of(Of(text)).ToList();
        Assert.Equal(count, elements.Count);
        Assert.Equal(count, elements.Distinct().Count());
        Assert.All(elements, element =>
        {
            Assert.Equal(length, element.Length);
            Assert.True(IPNetwork.Parse(text).Contains(element.ToAddress()));
        });
    }

    [Fact]
    public void The_last_network_splits_without_overflow() => Assert.Equal("255.255.255.255/32", Elements.Of(Of("255.255.255.128/25")).Last().ToString());

    private static Prefix Of(string network) => Prefix.Of(IPNetwork.Parse(network));
}
