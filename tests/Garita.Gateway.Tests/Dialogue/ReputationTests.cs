using System.Net;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>Lists and greylist at the door.</summary>
public sealed class ReputationTests
{
    private static readonly DnsblSettings Lists = new() { Zones = [new DnsblZone("black.test", 5, []), new DnsblZone("nowhere.test", 5, [])] };

    [Theory]
    [InlineData("203.0.113.9", RuleMode.Reject, "550 5.7.1 the client address is on lists of senders of spam (dnsbl, session")]
    [InlineData("203.0.113.9", RuleMode.Tag, "250")]
    [InlineData("10.0.0.9", RuleMode.Reject, "250")]
    public async Task Clients_on_lists_are_judged_at_RCPT(string client, RuleMode mode, string reply)
    {
        await using var gateway = await StartAsync("dnsbl", mode);
        using var peer = await Client.OpenAsync(gateway, $"PROXY TCP4 {client} 192.0.2.1 4711 25\r\n");
        await peer.SayAsync("MAIL FROM:<a@permitted.test>");
        Assert.StartsWith(reply, await peer.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_suspicious_wait_and_learn_first_who_does_not_exist()
    {
        var time = new ManualTime();
        await using var gateway = await StartAsync("greylist", RuleMode.Defer, time);
        using var odd = await Client.OpenAsync(gateway, "PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\r\n");
        await odd.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("550 5.1.1", await odd.SayAsync("RCPT TO:<nobody@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.1 greylisted, try again later (greylist, session", await odd.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await odd.SayAsync("RCPT TO:<postmaster@example.com>"), StringComparison.Ordinal);
        // The other organisation has the rule off.
        await odd.SayAsync("RSET");
        await odd.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("250", await odd.SayAsync("RCPT TO:<user1@example.org>"), StringComparison.Ordinal);
        await odd.SayAsync("RSET");
        await odd.SayAsync("MAIL FROM:<a@x.test>");
        time.Advance(TimeSpan.FromMinutes(4));
        await odd.SayAsync("NOOP");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.StartsWith("250", await odd.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(string slug, RuleMode mode, TimeProvider? time = null) =>
        GatewayUnderTest.StartAsync(
            settings =>
            {
                var rules = settings.Tenants[0].Rules.With([new(RuleCatalogue.BySlug[slug], mode)]);
                var tenants = settings.Tenants.Select((tenant, at) => at == 0 ? tenant with { Rules = rules } : tenant).ToArray();
                return settings with
                {
                    Dnsbl = Lists,
                    Listeners = [settings.Listeners[0] with { ProxyProtocolFrom = [IPNetwork.Parse("127.0.0.0/8")] }],
                    Tenants = tenants,
                    TenantByDomain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(tenants, static tenant => tenant.Domains[0], StringComparer.Ordinal),
                };
            },
            time);
}
