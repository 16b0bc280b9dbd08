using Garita.Gateway.Admission;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class TenantRatesTests
{
    private static readonly TenantSettings Tenant = new() { Name = "acme", Domains = ["example.com"], Backends = new BackendSettings { Smtp = [] } };

    [Fact]
    public void All_clients_count_together_and_trusted_ones_have_a_quarter_more()
    {
        var time = new ManualTime();
        var rates = new TenantRates(time);
        var tenant = Tenant with { RecipientsPerHour = 8 };
        for (var i = 0; i < 8; i++)
            Assert.Null(rates.Exceeds(tenant, isTrusted: i % 2 == 0, isFirst: true));
        Assert.Equal(new AdmissionFacts(AdmissionFault.TenantRate, 9, 8, "recipients"), rates.Exceeds(tenant, isTrusted: false, isFirst: true));
        Assert.Null(rates.Exceeds(tenant, isTrusted: true, isFirst: true));
        Assert.Null(rates.Exceeds(tenant, isTrusted: true, isFirst: true));
        Assert.Equal(new AdmissionFacts(AdmissionFault.TenantRate, 11, 10, "recipients"), rates.Exceeds(tenant, isTrusted: true, isFirst: true));
        Assert.Null(rates.Exceeds(tenant with { Name = "other" }, isTrusted: false, isFirst: true));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(rates.Exceeds(tenant, isTrusted: false, isFirst: true));
    }

    [Fact]
    public void A_message_that_has_begun_goes_on_and_tries_do_not_count()
    {
        var time = new ManualTime();
        var rates = new TenantRates(time);
        var tenant = Tenant with { MessagesPerHour = 1 };
        Assert.Null(rates.Exceeds(tenant, isTrusted: false, isFirst: true));
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(rates.Exceeds(tenant, isTrusted: false, isFirst: false));
            Assert.NotNull(rates.Exceeds(tenant, isTrusted: false, isFirst: true));
        }

        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(rates.Exceeds(tenant, isTrusted: false, isFirst: true));
    }

    [Fact]
    public async Task Over_it_the_answer_at_rcpt_is_451_for_this_tenant_only()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings =>
        {
            var tenants = settings.Tenants.Select(static tenant => tenant.Name is "acme" ? tenant with { RecipientsPerHour = 1 } : tenant).ToArray();
            return settings with { Tenants = tenants, TenantByDomain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(tenants, static tenant => tenant.Domains[0], StringComparer.Ordinal) };
        });
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.1 too many recipients for this organisation, try again later (rate-limit, session ", await client.SayAsync("RCPT TO:<user2@example.com>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        await client.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.org>"), StringComparison.Ordinal);
    }
}
