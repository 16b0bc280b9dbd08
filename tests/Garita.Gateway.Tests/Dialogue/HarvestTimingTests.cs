using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>
/// Where the answer does not tell who exists, nothing that takes time differs: as much is looked up, recorded and waited for. The clock stands unless the
/// test turns it, so an answer that comes did not wait. What is left is measured by <c>bench/harvest-timing</c>.
/// </summary>
public sealed partial class HarvestTimingTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(600);
    private static readonly string[] FiveUnknown = ["MAIL FROM:<a@x.test>", .. Enumerable.Range(0, 5).Select(static i => $"RCPT TO:<gone{i}@example.com>")];

    [Theory]
    [InlineData("VRFY {0}", "252")]
    [InlineData("VRFY {0}@example.com", "252")]
    [InlineData("EXPN {0}", "252")]
    [InlineData("HELP {0}", "214")]
    [InlineData("RCPT TO:<{0}@example.com>", "503")]
    [InlineData("RCPT TO:<{0}@example.com>", "503", "MAIL FROM:<a..b@x.test>")]
    [InlineData("RCPT TO:<{0}@example.com>", "550 5.7.27", "MAIL FROM:<a@null.test>")]
    public Task Without_waiting(string command, string reply, params string[] before) => AssertSameAsync(command, reply, new HarvestSettings(), before, TimeSpan.Zero);

    [Fact]
    public Task While_the_domain_is_put_off() =>
        AssertSameAsync("RCPT TO:<{0}@example.com>", "451 4.7.1", new HarvestSettings { DistributedUnknown = 3, DistributedNetworks = 1, UnknownAtLeast = 20, Delay = Wait }, FiveUnknown[..4], Wait);

    [Fact]
    public Task Of_a_harvester() => AssertSameAsync("RCPT TO:<{0}@example.com>", "450 4.7.1", new HarvestSettings { Slow = Wait }, FiveUnknown, Wait);

    private static async Task AssertSameAsync(string command, string reply, HarvestSettings harvest, string[] before, TimeSpan wait)
    {
        var known = await TraceAsync(command, "user7", harvest, before, wait);
        var unknown = await TraceAsync(command, "gone7", harvest, before, wait);
        Assert.StartsWith(reply, known, StringComparison.Ordinal);
        Assert.Equal(known, unknown);
    }

    private static async Task<string> TraceAsync(string command, string name, HarvestSettings harvest, string[] before, TimeSpan wait)
    {
        var time = new ManualTime();
        var gateway = await GatewayUnderTest.StartAsync(
            settings =>
            {
                var tenants = settings.Tenants.Select(tenant => tenant with { Harvest = harvest }).ToArray();
                return settings with
                {
                    Harvest = harvest,
                    Tenants = tenants,
                    TenantByDomain = tenants.ToFrozenDictionary(static tenant => tenant.Domains[0], StringComparer.Ordinal),
                    Limits = settings.Limits with { Recipients = 100 },
                };
            },
            time);
        try
        {
            return await TraceAsync(gateway, time, string.Format(System.Globalization.CultureInfo.InvariantCulture, command, name), before, wait);
        }
        finally
        {
            // Stopping waits by the clock too.
            await TurnAsync(time, gateway.DisposeAsync().AsTask());
        }
    }

    private static async Task<string> TraceAsync(GatewayUnderTest gateway, ManualTime time, string command, string[] before, TimeSpan wait)
    {
        using var client = await Client.OpenAsync(gateway);
        foreach (var line in before)
            await client.SayAsync(line);
        var (recipients, names, begun) = (gateway.Recipients.Asked, gateway.Dns.Asked.Count, time.GetTimestamp());

        var asking = client.SayAsync(command);
        if (wait > TimeSpan.Zero)
            await TurnAsync(time, asking);
        var reply = Session().Replace(await asking, "session");
        Assert.True(time.GetElapsedTime(begun) >= wait, "it was answered at once");
        await client.SayAsync("RSET");
        var hits = gateway.Ledger.Records.SelectMany(static record => record.Rules).Select(static hit => $"{hit.Rule} {hit.Verdict} {hit.Detail}");
        return $"{reply}\nlooked up: {gateway.Recipients.Asked - recipients}, DNS: {gateway.Dns.Asked.Count - names}\n{string.Join('\n', hits)}";
    }

    private static async Task TurnAsync(ManualTime time, Task until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(Heartbeat.Interval);
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await until;
    }

    [GeneratedRegex("session [^)]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Session();
}
