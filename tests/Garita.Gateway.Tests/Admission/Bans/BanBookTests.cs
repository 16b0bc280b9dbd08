using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Settings;
using Xunit;
using static Garita.Gateway.Tests.Admission.Bans.BanScene;

namespace Garita.Gateway.Tests.Admission.Bans;

/// <summary>What rules may ban, how wide and for how long.</summary>
public sealed class BanBookTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.8", "198.51.100.7/32")]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:3::7", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:ffff::7", "2001:db8:1:3::7", "2001:db8:1:ffff::/64")]
    [InlineData("127.0.0.2", "127.0.0.3", "127.0.0.2/32")]
    public void A_ban_holds_for_one_client_and_not_for_its_neighbour(string client, string neighbour, string network)
    {
        var scene = new BanScene();
        Assert.True(scene.Offend(client));
        Assert.True(scene.IsBanned(client));
        Assert.False(scene.IsBanned(neighbour));
        var ban = Assert.Single(scene.Book.List());
        Assert.Equal((network, "harvest", BanOrigin.Rule, 0), (ban.Network.ToString(), ban.Rule, ban.Origin, ban.Step));
        Assert.Equal(scene.Time.GetUtcNow() + TimeSpan.FromMinutes(10), ban.Until);
        scene.Pass(TimeSpan.FromMinutes(10));
        Assert.False(scene.IsBanned(client));
        Assert.Equal(0, scene.Book.Active);
        Assert.Equal(["+" + network, "-" + network], scene.Told);
    }

    [Fact]
    public void An_address_that_carries_IPv4_is_that_IPv4()
    {
        var scene = new BanScene();
        Assert.True(scene.Offend("64:ff9b::c633:6407"));
        Assert.True(scene.Offend("::ffff:198.51.101.7"));
        Assert.True(scene.IsBanned("198.51.100.7"));
        Assert.True(scene.IsBanned("198.51.101.7"));
    }

    [Fact]
    public void Repeats_within_a_week_last_longer()
    {
        var scene = new BanScene();
        int[] minutes = [10, 60, 180, 1440, 1440];
        foreach (var lasting in minutes)
        {
            Assert.True(scene.Offend("198.51.100.7"));
            // What a session that was still open does is no repeat.
            Assert.True(scene.Offend("198.51.100.7"));
            scene.Pass(lasting * Minute - TimeSpan.FromSeconds(1));
            Assert.True(scene.IsBanned("198.51.100.7"));
            scene.Pass(TimeSpan.FromSeconds(1));
            Assert.False(scene.IsBanned("198.51.100.7"));
            scene.Pass(BanBook.Remembered - Minute);
        }

        scene.Pass(Minute);
        Assert.True(scene.Offend("198.51.100.7"));
        Assert.Equal(0, Assert.Single(scene.Book.List()).Step);
    }

    [Fact]
    public void A_rule_may_start_at_a_later_step_and_raises_a_running_ban()
    {
        var scene = new BanScene();
        Assert.True(scene.Offend("198.51.100.7", 2));
        Assert.Equal(scene.Time.GetUtcNow() + TimeSpan.FromHours(3), Assert.Single(scene.Book.List()).Until);
        Assert.True(scene.Offend("198.51.101.7"));
        Assert.True(scene.Offend("198.51.101.7", 2));
        Assert.All(scene.Book.List(), static ban => Assert.Equal(2, ban.Step));
        Assert.True(scene.Offend("198.51.102.7", 99));
        Assert.Equal(3, scene.Book.List()[^1].Step);
    }

    [Theory]
    [InlineData("198.51.100.", "", "198.51.100.0/24")]
    [InlineData("2001:db8:1:", "::1", "2001:db8:1::/48")]
    public void Three_clients_ban_their_network(string start, string end, string network)
    {
        var scene = new BanScene();
        scene.Offend(start + "1" + end);
        scene.Offend(start + "1" + end);
        scene.Offend(start + "2" + end);
        Assert.False(scene.IsBanned(start + "200" + end));
        scene.Offend(start + "3" + end);
        Assert.True(scene.IsBanned(start + "200" + end));
        Assert.Contains(scene.Book.List(), ban => ban.Network == IPNetwork.Parse(network));
        // Taken away, the network starts afresh.
        Assert.Null(scene.Book.Remove(IPNetwork.Parse(network), out var removed));
        Assert.Equal(4, removed.Count);
        scene.Offend(start + "4" + end);
        Assert.False(scene.IsBanned(start + "200" + end));
    }

    [Fact]
    public void A_free_account_does_not_get_its_provider_banned()
    {
        var scene = new BanScene();
        // The provider's mail comes from many addresses; some of it was accepted, on one day so far.
        scene.Trust.Accepted(Ip("198.51.100.20"), "provider.example");
        scene.Trust.Accepted(Ip("2001:db8:1:20::1"), "provider.example");
        for (var day = 0; day < 2; day++)
        {
            // The free account harvests from all of them.
            for (var i = 1; i < 250; i++)
            {
                Assert.False(scene.Offend($"198.51.100.{i}", 2));
                Assert.False(scene.Offend($"2001:db8:1:{i:x}::1", 2));
            }

            scene.Pass(TimeSpan.FromDays(1));
            scene.Trust.Accepted(Ip("198.51.100.20"), "provider.example");
            scene.Trust.Accepted(Ip("2001:db8:1:20::1"), "provider.example");
        }

        Assert.Equal(0, scene.Book.Active);
        Assert.Empty(scene.Alarms.Raised);
        // The spammer's own network next door has no such protection.
        Assert.True(scene.Offend("198.51.101.1"));
    }

    [Fact]
    public void A_network_with_a_protected_address_is_not_banned_as_a_whole()
    {
        var scene = new BanScene(static settings => settings with { Networks = settings.Networks with { Forwarders = [IPNetwork.Parse("198.51.100.77/32")] } });
        for (var i = 1; i < 10; i++)
            Assert.True(scene.Offend($"198.51.100.{i}"));
        Assert.False(scene.Offend("198.51.100.77"));
        Assert.False(scene.IsBanned("198.51.100.77"));
        Assert.False(scene.IsBanned("198.51.100.200"));
    }

    [Fact]
    public void Too_many_in_a_minute_are_refused_with_one_alarm()
    {
        var scene = new BanScene(static settings => settings with { Bans = new BanSettings { PerMinute = 5 } });
        for (var i = 1; i <= 20; i++)
            Assert.Equal(i <= 5, scene.Offend($"198.51.{i}.1"));
        Assert.Contains("bans.per_minute", Assert.Single(scene.Alarms.Raised).Text, StringComparison.Ordinal);
        scene.Pass(Minute);
        Assert.True(scene.Offend("198.51.30.1"));
        Assert.Equal(6, scene.Book.Active);
    }

    [Fact]
    public void Switched_off_rules_ban_nobody_and_administrators_do()
    {
        var scene = new BanScene(static settings => settings with { Bans = new BanSettings { Enabled = false } });
        Assert.False(scene.Offend("198.51.100.7"));
        Assert.Null(scene.Add("198.51.100.7/32"));
        Assert.True(scene.IsBanned("198.51.100.7"));
    }

    [Fact]
    public async Task A_hundred_thousand_bans_are_looked_through_without_allocation()
    {
        var scene = new BanScene(static settings => settings with { Bans = new BanSettings { PerMinute = int.MaxValue } });
        for (var i = 0; i < 100_000; i++)
            Assert.True(scene.Book.Offend(new IPAddress([11, (byte)(i >> 9), (byte)(i >> 1), (byte)((i & 1) + 1)]), "harvest", "many"));
        Assert.Null(scene.Add("10.0.0.0/9"));
        var banned = Ip("11.100.3.1");
        var clean = Ip("203.0.113.9");
        Assert.True(scene.Book.IsBanned(banned));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Assert.False(scene.Book.IsBanned(clean) || !scene.Book.IsBanned(banned));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        scene.Pass(TimeSpan.FromDays(1));
        Assert.Equal(0, scene.Book.Active);
        scene.Pass(BanBook.Remembered);
        Assert.Empty(await scene.Ledger.BansAsync());
    }

    [Fact]
    public void A_full_list_forgets_the_oldest_memories_and_refuses_when_there_are_none()
    {
        var scene = new BanScene(static settings => settings with { Bans = new BanSettings { PerMinute = int.MaxValue } });
        for (var i = 0; i < BanBook.Most; i++)
            scene.Book.Offend(new IPAddress([(byte)(11 + (i >> 16)), (byte)(i >> 8), (byte)i, 1]), "harvest", "many");
        Assert.False(scene.Offend("203.0.113.1"));
        Assert.Contains("full", Assert.Single(scene.Alarms.Raised).Text, StringComparison.Ordinal);
        scene.Pass(TimeSpan.FromMinutes(10));
        Assert.True(scene.Offend("203.0.113.1"));
    }
}
