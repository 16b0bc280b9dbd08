using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Protocols.Ldap;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Admission.Bans;

/// <summary>Bans of clients that a PROXY header announced, and directories among those never banned.</summary>
public sealed class AnnouncedBanTests
{
    private readonly BanScene _scene = new();

    [Fact]
    public void The_packet_filter_is_told_that_it_never_sees_the_client()
    {
        for (var i = 1; i <= BanBook.OffendersForNetwork; i++)
            Assert.True(_scene.Book.Offend(new Offender(BanScene.Ip($"198.51.100.{i}"), IsAnnounced: true), "harvest", "many", 0));
        Assert.True(_scene.Offend("192.0.2.1"));
        Assert.True(_scene.IsBanned("198.51.100.77"));
        var bans = _scene.Book.List().ToDictionary(static ban => ban.Network.ToString(), static ban => ban.IsAnnounced, StringComparer.Ordinal);
        Assert.True(bans["198.51.100.1/32"]);
        Assert.True(bans["198.51.100.0/24"]);
        Assert.False(bans["192.0.2.1/32"]);
    }

    [Fact]
    public async Task It_is_still_known_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("garita-announced");
        try
        {
            var time = new ManualTime();
            await using (var ledger = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), time, NullLoggerFactory.Instance))
            {
                var scene = new BanScene(null, ledger, time);
                Assert.True(scene.Book.Offend(new Offender(BanScene.Ip("198.51.100.1"), IsAnnounced: true), "harvest", "many", 0));
                Assert.True(scene.Offend("192.0.2.1"));
            }

            await using var again = await SqliteLedger.OpenAsync(folder.FullName, new LedgerSettings(), time, NullLoggerFactory.Instance);
            var next = new BanScene(null, again, time);
            await next.Book.LoadAsync();
            Assert.Equal(
                "192.0.2.1/32 Rule False, 198.51.100.1/32 Rule True",
                string.Join(", ", next.Book.List().Select(static ban => $"{ban.Network} {ban.Origin} {ban.IsAnnounced}").Order(StringComparer.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Directories_are_never_banned()
    {
        var ldap = new LdapSettings { Base = "dc=x", Filter = LdapFilter.Parse("(mail=*)"), Attributes = ["mail"], Servers = [new LdapServer("198.51.100.9", 389), new LdapServer("2001:db8::7", 636), new LdapServer("ldap.test", 389)] };
        var tenant = new TenantSettings
        {
            Name = "acme",
            Domains = ["example.com"],
            Backends = new BackendSettings { Smtp = [] },
            Recipients = new RecipientSettings { Source = RecipientSource.Ldap, Ldap = ldap },
        };
        var never = NeverBan.Make(
            _scene.Settings with { Tenants = [tenant] }, new Dictionary<string, IPAddress[]>(StringComparer.Ordinal) { ["ldap.test"] = [BanScene.Ip("203.0.113.4")] }, []);
        foreach (var network in (string[])["198.51.100.9/32", "2001:db8::/64", "203.0.113.0/24"])
            Assert.Contains("directory ", never.Find(IPNetwork.Parse(network)), StringComparison.Ordinal);
        Assert.Null(never.Find(IPNetwork.Parse("198.51.100.8/32")));
    }
}
