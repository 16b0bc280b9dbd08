using System.Collections.Concurrent;
using System.Collections.Frozen;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>What a sender hears whose message is for a mail server that does not answer, where the tenant has a spool.</summary>
public sealed class SpoolDialogueTests
{
    private readonly FakeSpool _spool = new();

    private Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(
        static settings =>
        {
            TenantSettings[] tenants = [settings.Tenants[0] with { WhenBackendDown = WhenBackendDown.Spool }, settings.Tenants[1]];
            return settings with { Tenants = tenants, TenantByDomain = tenants.ToFrozenDictionary(static tenant => tenant.Domains[0], StringComparer.Ordinal) };
        },
        spool: _spool);

    [Theory]
    [InlineData(DeliveryOutcome.Unreachable)]
    [InlineData(DeliveryOutcome.Busy)]
    public async Task It_is_kept_and_said_to_be_ours(DeliveryOutcome away)
    {
        await using var gateway = await StartAsync();
        gateway.Relay.Down = away;
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(away, null, 0, null, "", []));
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250 2.0.0 Ok, kept", await client.SendMessageAsync("m"), StringComparison.Ordinal);
        var kept = Assert.Single(_spool.Kept);
        Assert.Equal("user1@example.com", kept.Delivery.Recipients[0].Path.Mailbox!.ToString());
        Assert.True(kept.EarnsTrust);
        var record = Assert.Single(gateway.Ledger.Records);
        Assert.Equal(("spooled", 250), (record.Outcome, record.Reply));
        // Another tenant's is put off as before.
        await client.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("451", await client.SayAsync("RCPT TO:<user1@example.org>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_room_it_is_put_off_at_the_recipient_and_after_the_message()
    {
        await using var gateway = await StartAsync();
        gateway.Relay.Answer = static _ => ValueTask.FromResult(new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", []));
        _spool.Full = true;
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("452 4.3.1 The mail server does not answer", await client.SendMessageAsync("m"), StringComparison.Ordinal);
        gateway.Relay.Down = DeliveryOutcome.Unreachable;
        await client.SayAsync("MAIL FROM:<a@x.test>");
        Assert.StartsWith("452 4.3.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.Empty(_spool.Kept);
    }

    [Theory]
    [InlineData(DeliveryOutcome.Deferred, "450")]
    [InlineData(DeliveryOutcome.Unknown, "451")]
    [InlineData(DeliveryOutcome.Refused, "550")]
    public async Task What_the_mail_server_says_is_passed_on(DeliveryOutcome outcome, string said)
    {
        await using var gateway = await StartAsync();
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(outcome, null, outcome == DeliveryOutcome.Unknown ? 0 : outcome == DeliveryOutcome.Deferred ? 450 : 550, null, "", []));
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith(said, await client.SendMessageAsync("m"), StringComparison.Ordinal);
        Assert.Empty(_spool.Kept);
    }

    [Fact]
    public async Task The_same_message_again_after_a_lost_answer_is_kept_once()
    {
        await using var gateway = await StartAsync();
        gateway.Relay.Answer = static _ => ValueTask.FromResult(new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", []));
        using (var client = await Client.OpenAsync(gateway))
            Assert.StartsWith("250", await client.SendMessageAsync("m"), StringComparison.Ordinal);
        while (gateway.Ledger.Kept.Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        using var again = await Client.OpenAsync(gateway);
        Assert.StartsWith("250 2.0.0 Ok, taken before", await again.SendMessageAsync("m"), StringComparison.Ordinal);
        Assert.Single(_spool.Kept);
    }

    [Fact]
    public async Task A_message_that_is_taken_tells_the_spool()
    {
        await using var gateway = await StartAsync();
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await client.SendMessageAsync("m"), StringComparison.Ordinal);
        Assert.Equal("acme", Assert.Single(_spool.Answered));
    }

    private sealed class FakeSpool : ISpool
    {
        public bool Full { get; set; }

        public ConcurrentQueue<SpooledMessage> Kept { get; } = new();

        public ConcurrentQueue<string> Answered { get; } = new();

        public bool HasRoom(TenantSettings tenant, long octets) => !Full;

        public ValueTask<bool> KeepAsync(SpooledMessage message)
        {
            if (!Full)
                Kept.Enqueue(message);
            return ValueTask.FromResult(!Full);
        }

        public void BackendAnswered(string tenant) => Answered.Enqueue(tenant);

        public IReadOnlyList<SpoolTotal> Totals() => [];
    }
}
