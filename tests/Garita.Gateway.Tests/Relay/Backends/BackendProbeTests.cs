using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

public sealed class BackendProbeTests
{
    private const string Hello = FakeBackend.Hello;
    private const string Question = "C MAIL FROM:<>\nC RCPT TO:<\nC RSET\n";
    private const string Yes = Question + "S 250 ok|250 ok|250 ok\n";

    [Theory]
    [InlineData("250 2.1.5 ok", ProbeAnswer.Yes)]
    [InlineData("251 2.1.5 will forward", ProbeAnswer.Yes)]
    [InlineData("550 5.1.1 no such user", ProbeAnswer.No)]
    [InlineData("550 5.1.10 no such user", ProbeAnswer.No)]
    [InlineData("550 5.4.1 access denied", ProbeAnswer.No)]
    [InlineData("550 no such user", ProbeAnswer.No)]
    [InlineData("450 4.2.1 try later", ProbeAnswer.CannotTell)]
    [InlineData("451 4.7.1 greylisted", ProbeAnswer.CannotTell)]
    [InlineData("550 5.7.1 no null sender here", ProbeAnswer.Undecided)]
    [InlineData("552 5.2.2 mailbox full", ProbeAnswer.Undecided)]
    [InlineData("554 go away", ProbeAnswer.Undecided)]
    public async Task What_the_server_says(string reply, ProbeAnswer answer)
    {
        await using var backend = new FakeBackend(Hello + Question + $"S 250 ok|{reply}|250 ok\nstall");
        await using var bench = new RelayBench(backend);
        Assert.Equal(answer, await AskAsync(bench));
        Assert.Equal(["EHLO gate.example", "MAIL FROM:<>", "RCPT TO:<anna@example.com>", "RSET"], backend.Lines);
        Assert.Equal(("closed", 1, 0), (bench.Relay.States()[0].Breaker, bench.Relay.States()[0].Open, bench.Relay.States()[0].Busy));
    }

    [Theory]
    [InlineData("S 550 5.7.1 no null sender|503 no|250 ok\nstall")]
    [InlineData("S 250 ok|354 what\nstall")]
    [InlineData("S 421 too busy\nclose")]
    [InlineData("close")]
    [InlineData("reset")]
    public async Task What_says_nothing_of_the_recipient(string then)
    {
        await using var backend = new FakeBackend(Hello + Question + then);
        await using var bench = new RelayBench(backend);
        Assert.Equal(ProbeAnswer.CannotTell, await AskAsync(bench));
    }

    [Fact]
    public async Task Without_PIPELINING_one_command_at_a_time()
    {
        await using var backend = new FakeBackend("S 220 mail\nC EHLO\nS 250 mail\nC MAIL\nS 250 ok\nC RCPT\nS 550 5.1.1 no\nC RSET\nS 250 ok\nC MAIL\nS 250 ok\nC RCPT\nS 250 yes\nC RSET\nS 250 ok\nstall");
        await using var bench = new RelayBench(backend);
        Assert.Equal(ProbeAnswer.No, await AskAsync(bench));
        Assert.Equal(ProbeAnswer.Yes, await AskAsync(bench));
        Assert.Equal(1, backend.Connections);
    }

    [Fact]
    public async Task Eight_questions_on_one_connection()
    {
        var eight = Hello + string.Concat(Enumerable.Repeat(Yes, 8)) + "C QUIT\nS 221 bye\nclose";
        await using var backend = new FakeBackend(eight, Hello + Yes + "stall");
        await using var bench = new RelayBench(backend);
        for (var i = 0; i < 9; i++)
            Assert.Equal(ProbeAnswer.Yes, await AskAsync(bench));
        Assert.Equal(2, backend.Connections);
        Assert.Equal(9, backend.Lines.Count(static line => line.StartsWith("RCPT", StringComparison.Ordinal)));
        Assert.DoesNotContain(backend.Lines, static line => line.StartsWith("DATA", StringComparison.Ordinal) || line[0] == '!');
    }

    [Fact]
    public async Task A_hung_server_ends_with_the_deadline()
    {
        await using var backend = new FakeBackend(Hello + Question + "stall");
        await using var bench = new RelayBench(backend);
        var asking = AskAsync(bench);
        await backend.Stalled;
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(ProbeAnswer.CannotTell, await asking);
        Assert.Equal(0, bench.Relay.States()[0].Open);
    }

    [Fact]
    public async Task A_server_that_is_down_is_no_answer_and_opens_the_breaker()
    {
        var backend = new FakeBackend("close");
        await using var bench = new RelayBench(backend);
        await backend.DisposeAsync();
        for (var i = 0; i < 6; i++)
            Assert.Equal(ProbeAnswer.CannotTell, await AskAsync(bench));
        Assert.Equal("open", bench.Relay.States()[0].Breaker);
    }

    [Fact]
    public async Task Questions_count_against_the_cap_and_yield_to_mail()
    {
        await using var backend = new FakeBackend(Hello + Question + "wait\nS 250 ok|250 ok|250 ok\nC QUIT\nS 221 bye\nclose", Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Connections = 1 });
        var asking = AskAsync(bench);
        Assert.Equal(1, bench.Relay.States()[0].Busy);
        // The only place is taken: another question is not answered, mail waits for it.
        Assert.Equal(ProbeAnswer.CannotTell, await AskAsync(bench));
        var delivering = bench.DeliverAsync();
        await RelayTests.UntilAsync(() => bench.Relay.States()[0].Waiting == 1);
        backend.Continue();
        Assert.Equal(ProbeAnswer.Yes, await asking);
        Assert.Equal(DeliveryOutcome.Delivered, (await delivering).Outcome);
        Assert.Equal(1, bench.Relay.States()[0].Open);
    }

    [Fact]
    public async Task An_unused_connection_gives_its_place_to_mail()
    {
        await using var backend = new FakeBackend(Hello + Yes + "C QUIT\nS 221 bye\nclose", Hello + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Connections = 1 });
        Assert.Equal(ProbeAnswer.Yes, await AskAsync(bench));
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(1, bench.Relay.States()[0].Open);
    }

    private static Task<ProbeAnswer> AskAsync(RelayBench bench) =>
        bench.Relay.ProbeAsync(bench.Tenant, new Mailbox("anna", "example.com"), bench.Time.GetTimestamp() + TimeSpan.FromSeconds(10).Ticks).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
}
