using System.Collections.Frozen;
using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>What rules say of a message counts, whatever was said of its recipients before.</summary>
public sealed class MessageHitsTests
{
    [Fact]
    public async Task Hundreds_of_refused_recipients_do_not_hide_what_is_said_of_the_message()
    {
        var modes = RuleModes.Default.With([new(RuleCatalogue.Harvest, RuleMode.Off), new(RuleCatalogue.DistributedHarvest, RuleMode.Off)]);
        await using var gateway = await GatewayUnderTest.StartAsync(settings =>
        {
            var tenant = settings.Tenants[0] with { Rules = modes };
            return settings with { Tenants = [tenant], TenantByDomain = new Dictionary<string, TenantSettings>(StringComparer.Ordinal) { ["example.com"] = tenant }.ToFrozenDictionary(StringComparer.Ordinal) };
        });
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        await client.SayAsync("RCPT TO:<user1@example.com>");
        for (var i = 0; i < 250; i++)
            Assert.StartsWith("550", await client.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("DATA");
        Assert.StartsWith("250", await client.SayAsync("Subject: no author\r\n\r\nhi\r\n."), StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: from-header\r\n", Encoding.ASCII.GetString(gateway.Relay.Got[0].Delivery.AddedFields.Span), StringComparison.Ordinal);
    }
}
