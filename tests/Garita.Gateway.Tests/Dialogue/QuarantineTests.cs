using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>A rule in the mode quarantine: the message is kept and not relayed, and its sender is answered accordingly.</summary>
public sealed class QuarantineTests
{
    [Fact]
    public async Task What_a_rule_keeps_is_not_relayed_and_earns_no_trust()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Quarantining);
        using var client = await Client.OpenAsync(gateway);
        Assert.Equal("250 2.0.0 Ok, held for review as q1", await SendAsync(client, "From: a@x.test\r\nFrom: b@x.test\r\nSubject: =?utf-8?q?=C3=BC?=\r\n\r\nhi"));
        Assert.Empty(gateway.Relay.Got);
        var message = Assert.Single(gateway.Quarantine.Got);
        Assert.Equal(("from-header", "quarantine"), (message.Reasons[0].Rule, message.Reasons[0].Verdict));
        Assert.Equal("ü", message.Subject);
        Assert.Equal("user1@example.com", message.Delivery.Recipients[0].Path.Mailbox!.ToString());
        await client.SayAsync("QUIT");
        Assert.Equal(("quarantined", 250, "quarantine:q1"), (gateway.Ledger.Records[0].Outcome, gateway.Ledger.Records[0].Reply, gateway.Ledger.Records[0].Backend));
        Assert.Empty(await gateway.Ledger.TrustAsync());
    }

    [Fact]
    public async Task What_no_rule_keeps_goes_its_way()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Quarantining);
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await SendAsync(client, "From: a@x.test\r\n\r\nhi"), StringComparison.Ordinal);
        Assert.Single(gateway.Relay.Got);
        Assert.Empty(gateway.Quarantine.Got);
    }

    [Theory]
    [InlineData(QuarantineOutcome.Full, "451 4.3.1")]
    [InlineData(QuarantineOutcome.Failed, "451 4.3.0")]
    public async Task What_cannot_be_kept_stays_with_the_sender(QuarantineOutcome outcome, string reply)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Quarantining);
        gateway.Quarantine.Outcome = outcome;
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith(reply, await SendAsync(client, "From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi"), StringComparison.Ordinal);
        Assert.Empty(gateway.Relay.Got);
        gateway.Quarantine.Outcome = QuarantineOutcome.Kept;
        Assert.StartsWith("250", await SendAsync(client, "From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi"), StringComparison.Ordinal);
        Assert.Equal("deferred", gateway.Ledger.Records[0].Outcome);
    }

    [Fact]
    public async Task A_retry_whose_answer_got_lost_is_answered_from_memory()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Quarantining);
        using (var first = await Client.OpenAsync(gateway))
            await SendAsync(first, "From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi");
        while (gateway.Ledger.Kept.Count == 0)
            await Task.Yield();
        using var second = await Client.OpenAsync(gateway);
        Assert.StartsWith("250 2.0.0 Ok, taken before", await SendAsync(second, "From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi"), StringComparison.Ordinal);
        Assert.Single(gateway.Quarantine.Got);
    }

    [Fact]
    public async Task A_record_full_of_other_hits_hides_no_message_from_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => Quarantining(settings, (RuleCatalogue.BySlug["unknown-recipient"], RuleMode.Tag)) with
        {
            Limits = new LimitSettings { Recipients = 1000 },
        });
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        for (var i = 0; i < 220; i++)
            await client.SayAsync($"RCPT TO:<nobody{i}@example.com>");
        await client.SayAsync("DATA");
        Assert.StartsWith("250 2.0.0 Ok, held", await client.SayAsync("From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi\r\n."), StringComparison.Ordinal);
        Assert.Empty(gateway.Relay.Got);
    }

    private static GatewaySettings Quarantining(GatewaySettings settings) => Quarantining(settings, []);

    private static GatewaySettings Quarantining(GatewaySettings settings, params (Rule Rule, RuleMode Mode)[] more)
    {
        var modes = RuleModes.Default.With([new(RuleCatalogue.BySlug["from-header"], RuleMode.Quarantine), .. more.Select(static one => KeyValuePair.Create(one.Rule, one.Mode))]);
        TenantSettings[] tenants = [.. settings.Tenants.Select(tenant => tenant with { Rules = modes })];
        return settings with
        {
            Rules = modes,
            Tenants = tenants,
            TenantByDomain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(tenants, static tenant => tenant.Domains[0], StringComparer.Ordinal),
        };
    }

    private static async Task<string> SendAsync(Client client, string message)
    {
        await client.SayAsync("MAIL FROM:<a@x.test>");
        await client.SayAsync("RCPT TO:<user1@example.com>");
        await client.SayAsync("DATA");
        return await client.SayAsync(message + "\r\n.");
    }
}
