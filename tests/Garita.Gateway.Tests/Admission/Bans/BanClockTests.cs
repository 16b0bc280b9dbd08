using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Tests.Ledger;
using Xunit;

namespace Garita.Gateway.Tests.Admission.Bans;

/// <summary>Bans outlive a restart; a wall clock that jumps ends none of a running gateway and prolongs none.</summary>
public sealed class BanClockTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public void A_jump_changes_nothing_while_it_runs(int days)
    {
        var scene = new BanScene();
        scene.Offend("198.51.100.7");
        scene.Time.JumpWallClock(TimeSpan.FromDays(days));
        scene.Pass(TimeSpan.FromMinutes(9));
        Assert.True(scene.IsBanned("198.51.100.7"));
        Assert.Equal(scene.Time.GetUtcNow() + TimeSpan.FromMinutes(1), Assert.Single(scene.Book.List()).Until);
        scene.Pass(TimeSpan.FromMinutes(1));
        Assert.False(scene.IsBanned("198.51.100.7"));
        scene.Offend("198.51.100.7");
        Assert.Equal(1, Assert.Single(scene.Book.List()).Step);
    }

    [Fact]
    public async Task They_outlive_a_restart()
    {
        using var folder = new LedgerFolder();
        await using (var ledger = await folder.OpenAsync())
        {
            var scene = new BanScene(null, ledger, folder.Time);
            scene.Offend("198.51.100.7");
            scene.Offend("2001:db8:1:2::7", 2);
            Assert.Null(scene.Add("203.0.113.0/26", 48));
            Assert.Null(scene.Add("203.0.113.64/26", 48));
            scene.Book.Remove(IPNetwork.Parse("203.0.113.64/26"), out _);
        }

        folder.Time.Advance(TimeSpan.FromHours(1));
        await using (var ledger = await folder.OpenAsync())
        {
            var scene = new BanScene(null, ledger, folder.Time);
            await scene.Book.LoadAsync();
            scene.Book.Beat(folder.Time.GetTimestamp());
            Assert.Equal("=2001:db8:1:2::/64,203.0.113.0/26", scene.Told[0]);
            Assert.Equal(2, scene.Book.Active);
            var ban = scene.Book.List()[1];
            Assert.Equal(("203.0.113.0/26", "by hand", BanOrigin.Administrator, ""), (ban.Network.ToString(), ban.Reason, ban.Origin, ban.Rule));
            // What has ended is remembered.
            scene.Offend("198.51.100.7");
            Assert.Equal(1, scene.Book.List()[0].Step);
            scene.Pass(TimeSpan.FromHours(2));
            Assert.False(scene.IsBanned("2001:db8:1:2::7"));
        }
    }

    [Fact]
    public async Task A_clock_that_went_back_over_a_restart_prolongs_none()
    {
        using var folder = new LedgerFolder();
        await using (var ledger = await folder.OpenAsync())
            new BanScene(null, ledger, folder.Time).Offend("198.51.100.7");
        folder.Time.JumpWallClock(TimeSpan.FromDays(-1000));
        await using var again = await folder.OpenAsync();
        var scene = new BanScene(null, again, folder.Time);
        await scene.Book.LoadAsync();
        Assert.True(scene.IsBanned("198.51.100.7"));
        scene.Pass(TimeSpan.FromMinutes(10));
        Assert.False(scene.IsBanned("198.51.100.7"));
    }

    [Fact]
    public async Task What_is_long_past_or_protected_now_is_forgotten_at_the_start()
    {
        using var folder = new LedgerFolder();
        await using (var ledger = await folder.OpenAsync())
        {
            var scene = new BanScene(null, ledger, folder.Time);
            scene.Offend("198.51.100.7");
            Assert.Null(scene.Add("203.0.113.0/24", 1000));
        }

        folder.Time.Advance(TimeSpan.FromDays(8));
        await using var again = await folder.OpenAsync();
        var next = new BanScene(static settings => settings with { Networks = settings.Networks with { NeverBan = [IPNetwork.Parse("203.0.113.9/32")] } }, again, folder.Time);
        await next.Book.LoadAsync();
        Assert.Equal(0, next.Book.Active);
        Assert.Empty(await again.BansAsync());
    }
}
