using System.Collections.Frozen;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>DNS is asked about a sender where a rule that is on needs it, and not otherwise.</summary>
public sealed class SenderEvidenceTests
{
    [Theory]
    [InlineData("", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("spf", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("spf harvest", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("harvest distributed-harvest", "a@x.test", "MX x.test|TXT x.test")]
    [InlineData("spf harvest distributed-harvest", "a@x.test", "MX x.test")]
    [InlineData("spf harvest distributed-harvest sender-domain", "a@x.test", "")]
    [InlineData("sender-domain", "a@x.test", "TXT x.test")]
    [InlineData("harvest distributed-harvest", "", "TXT client.example.net")]
    [InlineData("spf", "", "")]
    public async Task Asked_where_it_is_needed(string off, string sender, string expected)
    {
        await using var gateway = await StartAsync(_ => Off(off));
        Assert.Equal(expected, await AskedAsync(gateway, sender));
    }

    [Fact]
    public async Task Asked_where_one_organisation_needs_it()
    {
        await using var gateway = await StartAsync(static tenant => tenant is "acme" ? Off("spf harvest distributed-harvest") : Off("harvest distributed-harvest"));
        Assert.Equal("MX fail.test|TXT fail.test", await AskedAsync(gateway, "a@fail.test"));
        Assert.DoesNotContain(gateway.Ledger.Records, static record => record.Rules.Any(static hit => hit.Rule is "spf"));
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
