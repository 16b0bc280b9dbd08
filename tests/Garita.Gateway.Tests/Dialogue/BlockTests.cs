using System.Net;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>An exception that blocks does so as soon as all that it names is known.</summary>
public sealed class BlockTests
{
    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.0/8");

    [Fact]
    public async Task A_client_before_the_greeting()
    {
        await using var gateway = await StartAsync(new ExceptionRule { Id = "x1", Client = Loopback, Block = true });
        using var client = await Client.ConnectAsync(gateway);
        Assert.StartsWith("554 5.7.1 blocked by the administrator (exception,", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("", await client.ReadAsync());
        // What it still sends is drained until it goes.
        client.Dispose();
        await AssertRecordAsync(gateway, "no-message");
    }

    [Fact]
    public async Task A_name_at_HELO()
    {
        await using var gateway = await StartAsync(new ExceptionRule { Id = "x1", Client = Loopback, Helo = "ylmf-pc", Block = true });
        using (var other = await Client.OpenAsync(gateway))
            Assert.StartsWith("250", await other.SendMessageAsync("passes"), StringComparison.Ordinal);
        using var client = await Client.ConnectAsync(gateway);
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("554 5.7.1", await client.SayAsync("HELO ylmf-pc"), StringComparison.Ordinal);
        Assert.Equal("", await client.ReadAsync());
        // What it still sends is drained until it goes.
        client.Dispose();
        await AssertRecordAsync(gateway, "no-message");
    }

    [Fact]
    public async Task A_sender_at_MAIL_and_the_session_goes_on()
    {
        await using var gateway = await StartAsync(new ExceptionRule { Id = "x1", Client = Loopback, Sender = "@bad.test", Block = true });
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("554 5.7.1", await client.SayAsync("MAIL FROM:<a@bad.test>"), StringComparison.Ordinal);
        await AssertRecordAsync(gateway, "refused");
        Assert.StartsWith("503", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SendMessageAsync("another sender"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_at_RCPT_with_all_the_rest()
    {
        await using var gateway = await StartAsync(new ExceptionRule { Id = "x1", Client = Loopback, Sender = "a@x.test", Recipient = "user2@example.com", Block = true });
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@x.test>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("554 5.7.1", await client.SayAsync("RCPT TO:<User2@example.com>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_has_ended_blocks_nobody()
    {
        await using var gateway = await StartAsync(new ExceptionRule { Id = "x1", Client = Loopback, Block = true, Until = DateTimeOffset.UnixEpoch });
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await client.SendMessageAsync("passes"), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(ExceptionRule exception) => GatewayUnderTest.StartAsync(settings => settings with { Exceptions = [exception] });

    private static async Task AssertRecordAsync(GatewayUnderTest gateway, string outcome)
    {
        DecisionRecord? record;
        while ((record = gateway.Ledger.Records.FirstOrDefault(static record => record.Rules.Any(static hit => hit.Rule is "exception"))) is null)
            await Task.Yield();
        Assert.Equal(outcome, record.Outcome);
        Assert.Equal(new RuleHit("exception", "reject", "x1"), record.Rules[^1]);
    }
}
