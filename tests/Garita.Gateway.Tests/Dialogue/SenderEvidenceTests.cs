using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>DNS is asked about a sender where a rule that is on needs it, and not otherwise.</summary>
public sealed class SenderEvidenceTests
{
    [Theory]
    [InlineData("", "a@x.test", "MX x.test|TXT x.test|TXT client.example.net")]
    [InlineData("spf", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("spf harvest", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("harvest distributed-harvest", "a@x.test", "MX x.test|TXT x.test|TXT client.example.net")]
    [InlineData("", "a@client.example.net", "MX client.example.net|TXT client.example.net")]
    [InlineData("spf harvest distributed-harvest", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("spf dmarc look-alike harvest distributed-harvest", "a@x.test", "MX x.test")]
    [InlineData("spf dmarc look-alike harvest distributed-harvest sender-domain", "a@x.test", "")]
    [InlineData("sender-domain", "a@x.test", "TXT x.test|TXT client.example.net")]
    [InlineData("harvest distributed-harvest", "", "TXT client.example.net")]
    [InlineData("spf", "", "TXT client.example.net")]
    [InlineData("spf dmarc look-alike", "", "")]
    public async Task Asked_where_it_is_needed(string off, string sender, string expected)
    {
        await using var gateway = await StartAsync(_ => Off(off));
        Assert.Equal(expected, await AskedAsync(gateway, sender));
    }

    [Fact]
    public async Task Asked_where_one_organisation_needs_it()
    {
        await using var gateway = await StartAsync(static tenant => tenant is "acme" ? Off("spf harvest distributed-harvest") : Off("harvest distributed-harvest"));
        Assert.Equal("MX fail.test|TXT fail.test|TXT client.example.net", await AskedAsync(gateway, "a@fail.test"));
        Assert.DoesNotContain(gateway.Ledger.Records, static record => record.Rules.Any(static hit => hit.Rule is "spf"));
    }

    [Theory]
    [InlineData("fail.test", "a@permitted.test", "tag HELO fail of fail.test by -all; sender pass of permitted.test by ip4:127.0.0.0/8")]
    [InlineData("softfail.test", "a@permitted.test", null)]
    [InlineData("fail.test", "a@softfail.test", "tag softfail of softfail.test by ~all; HELO fail of fail.test by -all")]
    [InlineData("client", "a@fail.test", "reject fail of fail.test by -all")]
    [InlineData("[192.0.2.1]", "a@fail.test", "reject fail of fail.test by -all")]
    [InlineData("permitted.test", "a@fail.test", "reject fail of fail.test by -all; HELO pass of permitted.test by ip4:127.0.0.0/8")]
    [InlineData("fail.test", "a@fail.test", "reject fail of fail.test by -all")]
    [InlineData("fail.test", "", "reject fail of fail.test by -all")]
    [InlineData("down.test", "a@x.test", null)]
    public async Task The_HELO_name_is_checked_too_and_alone_only_marks(string helo, string sender, string? expected)
    {
        await using var gateway = await StartAsync(static _ => Rejecting);
        await AssertJudgedAsync(gateway, helo, sender, expected);
    }

    [Theory]
    [InlineData("fail.test", "a@fail.test")]
    [InlineData("fail.test", "a@permitted.test")]
    [InlineData("fail.test", "")]
    public async Task A_listed_forwarder_is_not_judged(string helo, string sender)
    {
        await using var gateway = await StartAsync(static _ => Rejecting, new NetworkSettings { Forwarders = [IPNetwork.Parse("127.0.0.0/8")] });
        await AssertJudgedAsync(gateway, helo, sender, null);
        // The harvest rules still count it by its sender's domain.
        Assert.Equal(sender.Length > 0, gateway.Dns.Asked.Any(static asked => asked.StartsWith("TXT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_exception_by_client_lets_a_forwarder_past()
    {
        var exception = new ExceptionRule { Id = "x1", Client = IPNetwork.Parse("127.0.0.0/8"), Rules = FrozenSet.Create(StringComparer.Ordinal, "spf") };
        await using var gateway = await StartAsync(static _ => Rejecting, exceptions: [exception]);
        await AssertJudgedAsync(gateway, "client.test", "a@fail.test", "excepted x1");
    }

    private static RuleModes Rejecting { get; } = RuleModes.Default.With([KeyValuePair.Create(RuleCatalogue.BySlug["spf"], RuleMode.Reject)]);

    private static async Task AssertJudgedAsync(GatewayUnderTest gateway, string helo, string sender, string? expected)
    {
        using var client = await Client.ConnectAsync(gateway);
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SayAsync("EHLO " + helo);
        await client.SayAsync($"MAIL FROM:<{sender}>");
        var reply = await client.SayAsync("RCPT TO:<user1@example.com>");
        Assert.StartsWith(expected?.StartsWith("reject", StringComparison.Ordinal) == true ? "550 5.7.23" : "250", reply, StringComparison.Ordinal);
        await client.SayAsync("RSET");
        var hits = Assert.Single(gateway.Ledger.Records).Rules.Where(static hit => hit.Rule is "spf").Select(static hit => $"{hit.Verdict} {hit.Detail}");
        Assert.Equal(expected ?? "", string.Join('|', hits));
    }

    private static RuleModes Off(string slugs) =>
        RuleModes.Default.With(slugs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static slug => KeyValuePair.Create(RuleCatalogue.BySlug[slug], RuleMode.Off)));

    private static Task<GatewayUnderTest> StartAsync(Func<string, RuleModes> rules, NetworkSettings? networks = null, IReadOnlyList<ExceptionRule>? exceptions = null) =>
        GatewayUnderTest.StartAsync(settings =>
        {
            var tenants = settings.Tenants.Select(tenant => tenant with { Rules = rules(tenant.Name) }).ToArray();
            return settings with
            {
                Tenants = tenants,
                TenantByDomain = tenants.ToFrozenDictionary(static tenant => tenant.Domains[0], StringComparer.Ordinal),
                Networks = networks ?? settings.Networks,
                Exceptions = exceptions ?? settings.Exceptions,
            };
        });

    private static async Task<string> AskedAsync(GatewayUnderTest gateway, string sender)
    {
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync($"MAIL FROM:<{sender}>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("QUIT");
        return string.Join('|', gateway.Dns.Asked);
    }
}
