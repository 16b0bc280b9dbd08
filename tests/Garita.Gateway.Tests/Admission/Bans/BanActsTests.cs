using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Admission.Bans;

/// <summary>What administrators may ban and unban, and what they are told.</summary>
public sealed class BanActsTests
{
    [Theory]
    [InlineData("0.0.0.0/0", "too wide")]
    [InlineData("198.0.0.0/7", "too wide")]
    [InlineData("::/0", "too wide")]
    [InlineData("2000::/18", "too wide")]
    [InlineData("127.0.0.1/32", "127.0.0.1 (this machine)")]
    [InlineData("127.0.0.0/8", "127.0.0.1 (this machine)")]
    [InlineData("::1/128", "::1 (this machine)")]
    [InlineData("192.0.2.0/24", "192.0.2.25 (listener mx)")]
    [InlineData("203.0.113.0/28", "203.0.113.4 (mail server 203.0.113.4:25 of tenant acme)")]
    [InlineData("203.0.113.53/32", "a resolver")]
    [InlineData("10.1.2.0/24", "proxy_protocol_from of listener mx")]
    [InlineData("198.51.100.9/32", "networks.administrators")]
    [InlineData("64:ff9b::/96", "networks.nat64_prefixes")]
    public void Absurd_prefixes_and_own_addresses_are_refused(string network, string why)
    {
        var scene = Own();
        Assert.Contains(why, scene.Add(network), StringComparison.Ordinal);
        Assert.Empty(scene.Book.List());
    }

    [Theory]
    [InlineData("11.0.0.0/8", "11.200.0.1")]
    [InlineData("198.51.0.0/17", "198.51.100.200")]
    [InlineData("2a00::/19", "2a00:1::1")]
    [InlineData("2001:db8::7/128", "2001:db8::7")]
    [InlineData("127.0.0.64/26", "127.0.0.65")]
    public void Any_sane_prefix_may_be_banned(string network, string inside)
    {
        var scene = new BanScene();
        Assert.Null(scene.Add(network));
        Assert.True(scene.IsBanned(inside));
        Assert.False(scene.IsBanned("203.0.113.1"));
        Assert.False(scene.IsBanned("2001:db8::8"));
        scene.Pass(TimeSpan.FromHours(24));
        Assert.False(scene.IsBanned(inside));
    }

    [Fact]
    public void Overlapping_bans_are_said()
    {
        var scene = new BanScene();
        scene.Offend("198.51.100.7");
        // In place of what a rule made.
        Assert.Null(scene.Add("198.51.100.7/32"));
        Assert.Equal(BanOrigin.Administrator, Assert.Single(scene.Book.List()).Origin);
        Assert.Contains("banned already by 198.51.100.7 until 2026-03-02 12:00Z (an administrator's)", scene.Add("198.51.100.7/32"), StringComparison.Ordinal);
        // A wider one may come over it, and then nothing into that.
        Assert.Null(scene.Add("198.51.100.0/22"));
        Assert.Contains("banned already by 198.51.100.0/22", scene.Add("198.51.101.0/24"), StringComparison.Ordinal);
        Assert.Contains("198.51.101.9 is inside the ban of 198.51.100.0/22", scene.Book.Remove(IPNetwork.Parse("198.51.101.9/32"), out var removed), StringComparison.Ordinal);
        Assert.Empty(removed);
        Assert.Contains("still inside the ban of 198.51.100.0/22", scene.Book.Remove(IPNetwork.Parse("198.51.100.7/32"), out removed), StringComparison.Ordinal);
        Assert.Single(removed);
        Assert.True(scene.IsBanned("198.51.100.7"));
        Assert.Null(scene.Book.Remove(IPNetwork.Parse("198.51.100.0/22"), out _));
        Assert.False(scene.IsBanned("198.51.100.7"));
        Assert.Contains("is not banned", scene.Book.Remove(IPNetwork.Parse("198.51.100.0/22"), out _), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wider_network_takes_those_inside_it_away()
    {
        var scene = new BanScene();
        scene.Offend("198.51.100.7");
        scene.Offend("198.51.101.7");
        Assert.Null(scene.Book.Remove(IPNetwork.Parse("198.51.100.0/24"), out var removed));
        Assert.Equal("198.51.100.7/32", Assert.Single(removed).Network.ToString());
        Assert.Equal(1, scene.Book.Clear());
        Assert.Equal(0, scene.Book.Active);
        // And it is forgotten: the next offence is a first one.
        scene.Offend("198.51.101.7");
        Assert.Equal(0, Assert.Single(scene.Book.List()).Step);
        Assert.Equal("=", scene.Told[^2]);
    }

    [Fact]
    public async Task Who_becomes_protected_is_freed()
    {
        var scene = new BanScene();
        scene.Offend("198.51.100.7");
        scene.Offend("198.51.101.7");
        var tenant = new TenantSettings { Name = "acme", Domains = ["example.com"], Backends = new BackendSettings { Smtp = [new BackendAddress("mail.example.com", 25, false, false)] } };
        var watch = new NeverBanWatch(scene.Book, scene.Time, static name => Task.FromResult<IPAddress[]>(name is "mail.example.com" ? [IPAddress.Parse("198.51.101.7")] : []));
        watch.Apply(scene.Settings with { Tenants = [tenant], Networks = new NetworkSettings { NeverBan = [IPNetwork.Parse("198.51.100.0/28")] } });
        Assert.False(scene.IsBanned("198.51.100.7"));
        Assert.True(scene.IsBanned("198.51.101.7"));
        await watch.RefreshAsync();
        Assert.False(scene.IsBanned("198.51.101.7"));
        Assert.False(scene.Offend("198.51.101.7"));
        Assert.Contains("198.51.101.7 (mail server mail.example.com:25 of tenant acme)", scene.Add("198.51.101.0/24"), StringComparison.Ordinal);
    }

    private static BanScene Own() => new(static settings => settings with
    {
        Listeners = [new ListenerSettings { Name = "mx", Bind = [IPEndPoint.Parse("192.0.2.25:25"), IPEndPoint.Parse("0.0.0.0:2525")], ProxyProtocolFrom = [IPNetwork.Parse("10.1.0.0/16")] }],
        Dns = new DnsSettings { Servers = [IPEndPoint.Parse("203.0.113.53:53")] },
        Networks = settings.Networks with { Administrators = [IPNetwork.Parse("198.51.100.8/29")] },
        Tenants = [new TenantSettings { Name = "acme", Domains = ["example.com"], Backends = new BackendSettings { Smtp = [new BackendAddress("203.0.113.4", 25, false, false)] } }],
    });
}
