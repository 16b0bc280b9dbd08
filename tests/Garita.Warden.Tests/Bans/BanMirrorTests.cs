using System.Net;
using Garita.Warden.Bans;
using Xunit;

namespace Garita.Warden.Tests.Bans;

/// <summary>The mirror: what overlaps keeps the later end, and nothing grows without bound.</summary>
public sealed class BanMirrorTests
{
    private readonly BanMirror _mirror = new(tolerance: 2);
    private readonly List<ElementChange> _changes = [];

    [Fact]
    public void A_wider_ban_that_goes_leaves_the_narrower_one()
    {
        Ban("192.0.2.0/25", 100);
        Ban("192.0.2.7/32", 50);
        // The longer one is in force already.
        Assert.Empty(Taken(() => Ban("192.0.2.7/32", 60)));
        var changes = Taken(() => _mirror.Unban(Of("192.0.2.0/25"), _changes));
        Assert.Equal(128, changes.Count);
        Assert.Equal(60, Assert.Single(changes, static change => change.Deadline != 0).Deadline);
        Assert.Equal((1, 1), (_mirror.Networks, _mirror.ElementCount));
        Assert.Equal(0, Assert.Single(Taken(() => _mirror.Unban(Of("192.0.2.7/32"), _changes))).Deadline);
        Assert.Equal((0, 0), (_mirror.Networks, _mirror.ElementCount));
    }

    [Fact]
    public void A_24_is_not_its_256_addresses()
    {
        Ban("192.0.2.0/24", 100);
        Ban("192.0.2.0/32", 50);
        Assert.Equal((2, 2), (_mirror.Networks, _mirror.ElementCount));
        Assert.Equal("192.0.2.0/24", Assert.Single(Taken(() => _mirror.Unban(Of("192.0.2.0/24"), _changes))).Element.ToString());
        Assert.Equal("192.0.2.0/32", Assert.Single(_mirror.All).Element.ToString());
    }

    [Fact]
    public void A_ban_that_is_said_anew_takes_the_new_end_also_when_it_is_sooner()
    {
        Ban("2001:db8::/64", 100);
        Assert.Equal(40, Assert.Single(Taken(() => Ban("2001:db8::/64", 40))).Deadline);
        Assert.Empty(Taken(() => Ban("2001:db8::/64", 40)));
        // What differs by next to nothing is not worth a word to the kernel, also when it is said again and again.
        Assert.Empty(Taken(() => Ban("2001:db8::/64", 42)));
        Assert.Equal(43, Assert.Single(Taken(() => Ban("2001:db8::/64", 43))).Deadline);
    }

    [Fact]
    public void What_ended_is_forgotten_and_the_kernel_not_told()
    {
        Ban("192.0.2.1/32", 10);
        Ban("192.0.2.2/32", 20);
        _changes.Clear();
        _mirror.Sweep(13);
        // The kernel may have it for a moment yet.
        Assert.Equal((1, 2), (_mirror.Networks, _mirror.ElementCount));
        _mirror.Sweep(14);
        Assert.Empty(_changes);
        Assert.Equal("192.0.2.2/32", Assert.Single(_mirror.All).Element.ToString());
    }

    [Fact]
    public void A_set_that_is_full_takes_no_more_until_something_ends()
    {
        for (var i = 0; i < 192; i++)
            Assert.Null(_mirror.Ban(Of($"11.{i}.0.0/16"), 10, _changes));
        Assert.Contains("full", _mirror.Ban(Of("198.51.100.0/24"), 10, _changes), StringComparison.Ordinal);
        // Others have room, and one that is there may be said anew.
        Assert.Null(_mirror.Ban(Of("198.51.100.1/32"), 10, _changes));
        Assert.Null(_mirror.Ban(Of("11.0.0.0/16"), 20, _changes));
        Assert.Equal(192 * 256 + 1, _mirror.ElementCount);
        _mirror.Sweep(14);
        Assert.Equal(256, _mirror.ElementCount);
        Assert.Null(_mirror.Ban(Of("198.51.100.0/24"), 20, _changes));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "/16 to /32")]
    [InlineData("2001:db8::1/128", "/56 to /64")]
    public void What_the_kernel_cannot_hold_is_refused_with_a_reason(string network, string reason)
    {
        Assert.Contains(reason, _mirror.Ban(Of(network), 10, _changes), StringComparison.Ordinal);
        Assert.Equal((0, 0), (_mirror.Networks, _mirror.ElementCount));
    }

    private void Ban(string network, long deadline) => Assert.Null(_mirror.Ban(Of(network), deadline, _changes));

    private List<ElementChange> Taken(Action act)
    {
        _changes.Clear();
        act();
        return [.. _changes];
    }

    private static Prefix Of(string network) => Prefix.Of(IPNetwork.Parse(network));
}
