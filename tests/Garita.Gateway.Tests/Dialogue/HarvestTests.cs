using System.Diagnostics;
using System.Globalization;
using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>Harvesters at the door: slow answers, 421, the same for all; and who is none.</summary>
public sealed class HarvestTests
{
    private static readonly HarvestSettings Quick = new() { Slow = TimeSpan.FromMilliseconds(400), Delay = TimeSpan.FromMilliseconds(400) };

    [Fact]
    public async Task A_harvester_is_slowed_then_sent_home_and_learns_nothing_more()
    {
        await using var gateway = await StartAsync(Quick);
        var offences = 0;
        gateway.Server.Harvest.Offended = (offender, rule, _, _) => System.Net.IPAddress.IsLoopback(offender.Client) && rule is "harvest" && ++offences > 0;
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        for (var i = 0; i < 5; i++)
            Assert.StartsWith("550 5.1.1", await client.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
        var asked = gateway.Recipients.Asked;
        var begun = Stopwatch.GetTimestamp();
        Assert.StartsWith("450 4.7.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("450 4.7.1", await client.SayAsync("RCPT TO:<nobody9@example.com>"), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(begun) > TimeSpan.FromMilliseconds(700));
        Assert.Equal(asked, gateway.Recipients.Asked);
        // RFC 5321 §4.5.1
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<postmaster@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        Assert.StartsWith("421 4.7.0", await client.SayAsync("MAIL FROM:<a@x.test>"), StringComparison.Ordinal);
        Assert.Equal(0, offences);
        for (var i = 0; i < 3; i++)
        {
            using var again = await Client.OpenAsync(gateway);
            Assert.StartsWith("421 4.7.0", await again.SayAsync("MAIL FROM:<b@y.test>"), StringComparison.Ordinal);
        }

        Assert.Equal(1, offences);
        Assert.Contains(gateway.Ledger.Records, static record => record.Rules.Any(static hit => hit.Rule is "harvest" && hit.Detail!.Contains("were told to strangers today", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task At_MAIL_the_mode_is_that_of_the_tenant_that_refused_and_what_was_counted_is_kept_at_the_stop()
    {
        await using var gateway = await StartAsync(
            Quick with { Slow = TimeSpan.Zero },
            change: static settings => settings with { Rules = settings.Rules.With([new(RuleCatalogue.Harvest, RuleMode.Off)]), Harvest = new HarvestSettings() });
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        for (var i = 0; i < 5; i++)
            Assert.StartsWith("550 5.1.1", await client.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("450 4.7.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        Assert.StartsWith("421 4.7.0", await client.SayAsync("MAIL FROM:<a@x.test>"), StringComparison.Ordinal);
        Assert.Equal(("127.0.0.0/24", 5), Assert.Single(gateway.Server.Status().MostTold) is var told ? (told.Stranger, told.ToldUnknown) : default);
        await gateway.DisposeAsync();
        Assert.True(gateway.Ledger.Harvest.ContainsKey("domain example.com"));
    }

    [Fact]
    public async Task A_stale_mailing_list_is_no_harvest()
    {
        await using var gateway = await StartAsync(Quick);
        using var client = await Client.OpenAsync(gateway);
        for (var i = 0; i < 30; i++)
        {
            Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<list@x.test>"), StringComparison.Ordinal);
            Assert.StartsWith("550 5.1.1", await client.SayAsync("RCPT TO:<gone@example.com>"), StringComparison.Ordinal);
            Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
            await client.SayAsync("RSET");
        }
    }

    [Fact]
    public async Task A_trusted_network_is_only_slowed()
    {
        await using var gateway = await StartAsync(Quick with { Slow = TimeSpan.Zero }, trusted: true);
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        for (var i = 0; i < 25; i++)
            Assert.StartsWith("550 5.1.1", await client.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("450 4.7.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@x.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_is_harvested_answers_the_same_for_all()
    {
        await using var gateway = await StartAsync(Quick with { DistributedUnknown = 3, DistributedNetworks = 1 });
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        for (var i = 0; i < 3; i++)
            Assert.StartsWith("550 5.1.1", await client.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
        var asked = gateway.Recipients.Asked;
        var (knownReply, knownTime) = await TimeAsync(client, "user1");
        var (unknownReply, unknownTime) = await TimeAsync(client, "nobody9");
        Assert.StartsWith("451 4.7.1 please try again in a few minutes (distributed-harvest", knownReply, StringComparison.Ordinal);
        Assert.Equal(knownReply, unknownReply);
        Assert.InRange(knownTime.TotalMilliseconds, 390, 5000);
        Assert.InRange(unknownTime.TotalMilliseconds, 390, 5000);
        // Neither was looked up, so no time of a look-up is in it.
        Assert.Equal(asked, gateway.Recipients.Asked);
        // The other organisation's domain is none of it.
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.org>"), StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(gateway.Server.Status().Disclosures, static told => told.Domain is "example.com").PutOffSince);
    }

    [Fact]
    public async Task Nothing_else_tells_who_exists()
    {
        await using var gateway = await StartAsync(Quick);
        using var client = await Client.OpenAsync(gateway);
        foreach (var what in new[] { "VRFY", "EXPN", "HELP" })
            Assert.Equal(await client.SayAsync($"{what} nobody"), await client.SayAsync($"{what} user1"));
        // A sender that was refused, and one that is refused at RCPT.
        await client.SayAsync("MAIL FROM:<a..b@x.test>");
        Assert.Equal(await client.SayAsync("RCPT TO:<nobody1@example.com>"), await client.SayAsync("RCPT TO:<user1@example.com>"));
        using var second = await Client.OpenAsync(gateway);
        await second.SayAsync("MAIL FROM:<a@null.test>");
        Assert.Equal(await second.SayAsync("RCPT TO:<nobody1@example.com>"), await second.SayAsync("RCPT TO:<user1@example.com>"));
        await second.SayAsync("RSET");
        Assert.Equal(0, gateway.Recipients.Asked);
        // RSET does not make it forget.
        for (var i = 0; i < 5; i++)
        {
            await second.SayAsync("MAIL FROM:<a@x.test>");
            Assert.StartsWith("550 5.1.1", await second.SayAsync($"RCPT TO:<nobody{i}@example.com>"), StringComparison.Ordinal);
            await second.SayAsync("RSET");
        }

        await second.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("450 4.7.1", await second.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_pipelined_sessions_are_stopped_after_the_threshold()
    {
        await using var gateway = await StartAsync(new HarvestSettings { Slow = TimeSpan.FromSeconds(1) }, change: static settings => settings with
        {
            Limits = settings.Limits with { Recipients = 1000 },
        });
        var text = new StringBuilder("MAIL FROM:<a@x.test>\r\n");
        for (var i = 0; i < 400; i++)
            text.Append(CultureInfo.InvariantCulture, $"RCPT TO:<nobody{i}@example.com>\r\n");
        var clients = new List<Client>();
        foreach (var _ in Enumerable.Range(0, 20))
            clients.Add(await Client.OpenAsync(gateway));
        await Task.WhenAll(clients.Select(client => client.SendAsync(text.ToString())));
        // A busy machine needs its time to come to the threshold.
        while (gateway.Recipients.Asked < 5)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(3))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        clients.ForEach(static client => client.Dispose());
        // 8,000 names were sent; those under way at the threshold may be answered too.
        Assert.InRange(gateway.Recipients.Asked, 5, 45);
        Assert.Empty(gateway.Relay.Got);
    }

    [Fact]
    public async Task Bounces_beyond_the_number_are_put_off()
    {
        await using var gateway = await StartAsync(Quick with { BouncesPerRecipient = 2 });
        using var client = await Client.OpenAsync(gateway);
        for (var i = 0; i < 2; i++)
        {
            await client.SayAsync("MAIL FROM:<>");
            Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
            await client.SayAsync("DATA");
            Assert.StartsWith("250", await client.SayAsync($"From: a@x.test\r\nSubject: {i}\r\n\r\nhi\r\n."), StringComparison.Ordinal);
        }

        await client.SayAsync("MAIL FROM:<>");
        Assert.StartsWith("451 4.7.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user2@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        await client.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(HarvestSettings harvest, bool trusted = false, Func<GatewaySettings, GatewaySettings>? change = null) =>
        GatewayUnderTest.StartAsync(settings =>
        {
            var tenants = settings.Tenants.Select(tenant => tenant with { Harvest = harvest }).ToArray();
            settings = settings with
            {
                Harvest = harvest,
                Tenants = tenants,
                TenantByDomain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(tenants, static tenant => tenant.Domains[0], StringComparer.Ordinal),
                Networks = trusted ? settings.Networks with { Trusted = [System.Net.IPNetwork.Parse("127.0.0.0/8")] } : settings.Networks,
            };
            return change is null ? settings : change(settings);
        });

    private static async Task<(string Reply, TimeSpan Time)> TimeAsync(Client client, string name)
    {
        var begun = Stopwatch.GetTimestamp();
        return (await client.SayAsync($"RCPT TO:<{name}@example.com>"), Stopwatch.GetElapsedTime(begun));
    }
}
