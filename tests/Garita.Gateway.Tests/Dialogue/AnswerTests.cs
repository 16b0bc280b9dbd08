using Garita.Gateway.Relay;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>What the client is told for each end of a delivery, and what is remembered of it.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData(DeliveryOutcome.Delivered, 250, "250 2.0.0", "delivered")]
    [InlineData(DeliveryOutcome.Refused, 554, "554 5.0.0", "refused")]
    [InlineData(DeliveryOutcome.Deferred, 421, "451 4.0.0", "deferred")]
    [InlineData(DeliveryOutcome.Deferred, 452, "452 4.0.0", "deferred")]
    [InlineData(DeliveryOutcome.SomeRecipientsRefused, 550, "451 4.3.0", "deferred")]
    [InlineData(DeliveryOutcome.Unreachable, 0, "451 4.4.1", "deferred")]
    [InlineData(DeliveryOutcome.Busy, 0, "451 4.3.2", "deferred")]
    [InlineData(DeliveryOutcome.Unknown, 0, "451 4.4.2", "unknown")]
    [InlineData(DeliveryOutcome.CannotCarry, 552, "552 5.0.0", "refused")]
    public async Task Each_outcome_has_its_reply_and_record(DeliveryOutcome outcome, int code, string reply, string recorded)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(outcome, null, code, null, "secret backend words", []));
        using var client = await Client.OpenAsync(gateway);
        var said = await client.SendMessageAsync("one");
        Assert.StartsWith(reply, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        await client.SayAsync("QUIT");
        Assert.Equal(recorded, Assert.Single(gateway.Ledger.Records).Outcome);
    }

    [Fact]
    public async Task A_late_refusal_is_remembered_for_its_recipient()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(DeliveryOutcome.SomeRecipientsRefused, null, 550, null, "", [250, 550]));
        using var client = await Client.OpenAsync(gateway);
        await client.SendMessageAsync("one", "user1@example.com", "user2@example.com");
        Assert.Equal(("user2@example.com", 550), Assert.Single(gateway.Recipients.Refused));
    }

    [Fact]
    public async Task A_retry_of_an_unconfirmed_delivery_is_not_delivered_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using (var first = await Client.OpenAsync(gateway))
        {
            Assert.StartsWith("250", await first.SendMessageAsync("same"), StringComparison.Ordinal);
            // Gone without another octet: the answer may not have arrived.
        }

        while (gateway.Ledger.Kept.Count == 0)
            await Task.Yield();
        using var second = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await second.SendMessageAsync("same"), StringComparison.Ordinal);
        Assert.Single(gateway.Relay.Got);
        Assert.StartsWith("250", await second.SendMessageAsync("other"), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Relay.Got.Count);
        Assert.Contains(gateway.Ledger.Records, static record => record.Outcome is "answered-from-ledger");
    }

    [Fact]
    public async Task Equal_messages_of_two_patient_senders_are_two_messages()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var first = await Client.OpenAsync(gateway);
        using var second = await Client.OpenAsync(gateway);
        await first.SendMessageAsync("same");
        await second.SendMessageAsync("same");
        Assert.Equal(2, gateway.Relay.Got.Count);
    }

    [Fact]
    public async Task A_confirmed_delivery_may_be_sent_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = await Client.OpenAsync(gateway);
        await client.SendMessageAsync("same");
        await client.SayAsync("NOOP");
        await client.SendMessageAsync("same");
        Assert.Equal(2, gateway.Relay.Got.Count);
    }

    [Fact]
    public async Task A_failed_delivery_may_be_tried_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", []));
        using var client = await Client.OpenAsync(gateway);
        await client.SendMessageAsync("same");
        gateway.Relay.Answer = null;
        Assert.StartsWith("250", await client.SendMessageAsync("same"), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Relay.Got.Count);
    }

    [Fact]
    public async Task A_late_answer_serves_the_retry()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var late = new TaskCompletionSource<bool>();
        gateway.Relay.Answer = _ => ValueTask.FromResult(new DeliveryResult(DeliveryOutcome.Unknown, null, 0, null, "", [], late.Task));
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("451", await client.SendMessageAsync("same"), StringComparison.Ordinal);
        late.SetResult(true);
        Assert.StartsWith("250", await client.SendMessageAsync("same"), StringComparison.Ordinal);
        Assert.Single(gateway.Relay.Got);
    }

    [Fact]
    public async Task A_backend_that_is_down_defers_at_RCPT_and_no_room_at_DATA()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Relay.Down = DeliveryOutcome.Unreachable;
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@x.test>"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.4.1", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        gateway.Relay.Down = null;
        gateway.Letters.Full = true;
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<user1@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("452 4.3.1", await client.SayAsync("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_finishes_DATA_and_sends_others_home()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var idle = await Client.OpenAsync(gateway);
        using var busy = await Client.OpenAsync(gateway);
        await busy.SayAsync("MAIL FROM:<a@x.test>");
        await busy.SayAsync("RCPT TO:<user1@example.com>");
        await busy.SayAsync("DATA");
        var stop = gateway.Server.StopAsync();
        Assert.StartsWith("421", await idle.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await busy.SayAsync("From: a@x.test\r\n\r\nhi\r\n."), StringComparison.Ordinal);
        Assert.StartsWith("421", await busy.ReadAsync(), StringComparison.Ordinal);
        busy.Dispose();
        idle.Dispose();
        await stop;
        Assert.Single(gateway.Relay.Got);
    }

    [Fact]
    public async Task Twenty_errors_end_the_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(time: new FastTime());
        using var client = await Client.OpenAsync(gateway);
        for (var i = 0; i < 9; i++)
            await client.SayAsync("NONSENSE");
        var last = "";
        for (var i = 0; i < 11 && !last.StartsWith("421", StringComparison.Ordinal); i++)
        {
            await client.SendAsync("NONSENSE\r\n");
            last = await client.ReadAsync();
        }

        Assert.StartsWith("502", last, StringComparison.Ordinal);
        Assert.StartsWith("421 4.7.0", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_sent_home()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(time: new FastTime());
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("421 4.4.2", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_trickles_its_message_is_sent_home()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(time: new FastTime());
        using var client = await Client.OpenAsync(gateway);
        await client.SayAsync("MAIL FROM:<a@x.test>");
        await client.SayAsync("RCPT TO:<user1@example.com>");
        await client.SayAsync("DATA");
        await client.SendAsync("x");
        Assert.StartsWith("421 4.4.2", await client.ReadAsync(), StringComparison.Ordinal);
    }

    /// <summary>A clock that runs three hundred times as fast; its timers do not.</summary>
    private sealed class FastTime : TimeProvider
    {
        public override long GetTimestamp() => System.GetTimestamp() * 300;

        public override long TimestampFrequency => System.TimestampFrequency;
    }
}
