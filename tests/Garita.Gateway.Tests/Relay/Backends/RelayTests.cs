using Garita.Gateway.Relay;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

public sealed class RelayTests
{
    private const string Hello = FakeBackend.Hello;

    [Fact]
    public async Task DeliversAndKeepsTheConnection()
    {
        await using var backend = new FakeBackend(Hello + FakeBackend.Accept + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(backend);
        var first = await bench.DeliverAsync("Subject: x\r\n\r\n.dot\r\nbare\nend");
        var second = await bench.DeliverAsync("");
        Assert.Equal(DeliveryOutcome.Delivered, first.Outcome);
        Assert.Equal((250, "2.0.0", "queued"), (first.Code, first.Enhanced.ToString(), first.BackendText));
        Assert.Equal(DeliveryOutcome.Delivered, second.Outcome);
        Assert.Equal(["Received: by gate\r\nSubject: x\r\n\r\n..dot\r\nbare\r\nend\r\n.\r\n", "Received: by gate\r\n.\r\n"], backend.Messages);
        Assert.Equal(1, backend.Connections);
        Assert.Equal(["EHLO gate.example", "MAIL FROM:<from@example.org> SIZE=47", "RCPT TO:<to0@example.com>", "DATA"], backend.Lines[..4]);
        Assert.True(bench.Relay.Capabilities(bench.Tenant)!.Value.Pipelining);
    }

    [Fact]
    public async Task LeavesOutWhatIsOmittedAndSendsLargeMessagesWhole()
    {
        await using var backend = new FakeBackend(Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(backend);
        var body = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 5000));
        var result = await bench.DeliverAsync("A: 1\r\nX-Garita-Rule: y\r\nB: 2\r\n\r\n" + body, omitted: [(6, 18)]);
        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.Equal("Received: by gate\r\nA: 1\r\nB: 2\r\n\r\n" + body + ".\r\n", backend.Messages[0]);
    }

    /// <summary>One recipient; the script after EHLO; what comes of it.</summary>
    [Theory]
    [InlineData("C MAIL\nC RCPT\nS 451 4.3.0 no|503 no\nstall", DeliveryOutcome.Deferred, 451)]
    [InlineData("C MAIL\nC RCPT\nS 550 5.7.1 no|503 no\nstall", DeliveryOutcome.Refused, 550)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|550 5.1.1 who\nC RSET\nS 250 ok\nstall", DeliveryOutcome.Refused, 550)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|450 4.2.1 later\nC RSET\nS 250 ok\nstall", DeliveryOutcome.Deferred, 450)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 451 no\nC RSET\nS 250 ok\nstall", DeliveryOutcome.Deferred, 451)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 554 no\nC RSET\nS 250 ok\nstall", DeliveryOutcome.Refused, 554)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 554 5.6.0 no\nstall", DeliveryOutcome.Refused, 554)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 452 no\nstall", DeliveryOutcome.Deferred, 452)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nclose", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nreset", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS OK thanks\nstall", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 354 go on\nstall", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nR 250 ok\nshut\nstall", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 250 ok\nstall", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go|250 ok\nstall", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok|250 ok\nstall", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nC RCPT\nS 354 ok|250 ok\nstall", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nC RCPT\nS 421 closing\nclose", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nclose", DeliveryOutcome.Unreachable, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nB\nreset", DeliveryOutcome.Unknown, 0)]
    [InlineData("C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nshut\nstall", DeliveryOutcome.Unreachable, 0)]
    public async Task EndsAsTheBackendSays(string script, DeliveryOutcome outcome, int code)
    {
        await using var backend = new FakeBackend(Hello + script);
        await using var bench = new RelayBench(backend);
        var result = await bench.DeliverAsync();
        Assert.Equal((outcome, code), (result.Outcome, result.Code));
        Assert.Equal(1, backend.Connections);
        Assert.DoesNotContain(backend.Lines, static l => l.StartsWith("! expected", StringComparison.Ordinal));
    }

    /// <summary>Before the final dot the second backend gets the message; from then on it does not.</summary>
    [Theory]
    [InlineData("close", true)]
    [InlineData("S 554 no", true)]
    [InlineData("S SSH-2.0-OpenSSH", true)]
    [InlineData("S 220 x\nC EHLO\nS 421 no\nclose", true)]
    [InlineData(Hello + "C MAIL\nclose", true)]
    [InlineData(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nclose", true)]
    [InlineData(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nclose", false)]
    [InlineData(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 451 no\nstall", false)]
    [InlineData(Hello + "C MAIL\nC RCPT\nS 250 ok|550 no\nC RSET\nS 250 ok\nstall", false)]
    public async Task TriesTheNextOnlyBeforeTheDot(string first, bool isTried)
    {
        await using var one = new FakeBackend(first);
        await using var two = new FakeBackend(Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(one, two);
        var result = await bench.DeliverAsync();
        Assert.Equal(isTried, result.Outcome == DeliveryOutcome.Delivered);
        Assert.Equal(isTried ? 1 : 0, two.Messages.Count);
    }

    [Fact]
    public async Task SomeRefusedRecipientsStopItBeforeData()
    {
        await using var backend = new FakeBackend(Hello + "C MAIL\nC RCPT\nC RCPT\nC RCPT\nS 250 ok|250 ok|550 5.1.1 who|450 later\nC RSET\nS 250 ok\nC MAIL\nstall");
        await using var bench = new RelayBench(backend);
        var result = await bench.DeliverAsync(recipients: 3);
        Assert.Equal(DeliveryOutcome.SomeRecipientsRefused, result.Outcome);
        Assert.Equal([250, 550, 450], result.RecipientReplies);
        Assert.Empty(backend.Messages);
    }

    [Fact]
    public async Task AsksOneByOneWithoutPipelining()
    {
        await using var backend = new FakeBackend(
            "S 220 x\nC EHLO\nS 502 what\nC HELO gate.example\nS 250 hi\nC MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 251 ok\nC DATA\nS 354 go\nD\nS 250 ok\nstall");
        await using var bench = new RelayBench(backend);
        var result = await bench.DeliverAsync(recipients: 2);
        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.Contains("MAIL FROM:<from@example.org>", backend.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task ManyRecipientsGoInGroups()
    {
        string Group(int count) => string.Concat(Enumerable.Repeat("C RCPT\n", count)) + string.Concat(Enumerable.Repeat("S 250 ok\n", count));
        await using var backend = new FakeBackend(Hello + "C MAIL\nS 250 ok\n" + string.Concat(Enumerable.Repeat(Group(1), 250)) + "C DATA\nS 354 go\nD\nS 250 ok\nstall");
        await using var bench = new RelayBench(backend);
        var result = await bench.DeliverAsync(recipients: 250);
        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.All(result.RecipientReplies, static code => Assert.Equal(250, code));
    }

    [Fact]
    public async Task WhatTheRouteCannotCarryIsNotSent()
    {
        await using var backend = new FakeBackend("S 220 x\nC EHLO\nS 250-x|250 SIZE 100\nstall");
        await using var bench = new RelayBench(backend);
        var tooLarge = await bench.DeliverAsync(new string('x', 200));
        var utf8 = await bench.DeliverAsync("", smtpUtf8: true);
        Assert.Equal((DeliveryOutcome.CannotCarry, 552, "5.3.4"), (tooLarge.Outcome, tooLarge.Code, tooLarge.Enhanced.ToString()));
        Assert.Equal((DeliveryOutcome.CannotCarry, 550, "5.6.7"), (utf8.Outcome, utf8.Code, utf8.Enhanced.ToString()));
    }

    [Theory]
    [InlineData("stall")]
    [InlineData("S 220 x\nC EHLO\nstall")]
    [InlineData("S 220 x\nC EHLO\nR 250-never ends\nstall")]
    [InlineData(Hello + "C MAIL\nC RCPT\nstall")]
    [InlineData(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nstall")]
    public async Task SilenceEndsWithThePatience(string script)
    {
        await using var backend = new FakeBackend(script);
        await using var bench = new RelayBench(backend);
        var delivery = bench.DeliverAsync();
        await backend.Stalled;
        Assert.False(delivery.IsCompleted);
        bench.Time.Advance(TimeSpan.FromSeconds(241));
        Assert.Equal(DeliveryOutcome.Unreachable, (await delivery).Outcome);
    }

    [Fact]
    public async Task AServerThatHangsLeavesTimeForTheNext()
    {
        await using var one = new FakeBackend("stall");
        await using var two = new FakeBackend(Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(one, two);
        var delivery = bench.DeliverAsync();
        await one.Stalled;
        bench.Time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(DeliveryOutcome.Delivered, (await delivery).Outcome);
    }

    [Fact]
    public async Task WithoutAnAnswerItIsGivenUpAfterTenMinutes()
    {
        await using var backend = new FakeBackend(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nC QUIT\nstall");
        await using var bench = new RelayBench(backend);
        var delivery = bench.DeliverAsync();
        await UntilAsync(() => backend.Messages.Count == 1);
        bench.Time.Advance(TimeSpan.FromSeconds(241));
        var result = await delivery;
        Assert.Equal(DeliveryOutcome.Unknown, result.Outcome);
        Assert.False(result.Late!.IsCompleted);
        // Ten minutes after the dot it is given up (RFC 5321 §4.5.3.2.6).
        bench.Time.Advance(TimeSpan.FromMinutes(7));
        Assert.False(await result.Late.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
    }

    [Fact]
    public async Task ALateAnswerSaysDelivered()
    {
        await using var backend = new FakeBackend(Hello + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nwait\nS 250 ok\nstall");
        await using var bench = new RelayBench(backend);
        var delivery = bench.DeliverAsync();
        await UntilAsync(() => backend.Messages.Count == 1);
        bench.Time.Advance(TimeSpan.FromSeconds(241));
        var result = await delivery;
        Assert.False(result.Late!.IsCompleted);
        backend.Continue();
        Assert.True(await result.Late.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        for (var i = 0; i < 5000 && !condition(); i++)
            await timer.WaitForNextTickAsync();
        Assert.True(condition());
    }
}
