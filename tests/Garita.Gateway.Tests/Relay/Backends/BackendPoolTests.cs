using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

public sealed class BackendPoolTests
{
    private const string Hello = FakeBackend.Hello;
    private const string Once = Hello + FakeBackend.Accept;

    [Theory]
    [InlineData("close")]
    [InlineData("S 421 idle too long\nclose")]
    [InlineData("S 250 2.0.0 queued\nstall")]
    [InlineData("R 2\nstall")]
    public async Task AnIdleConnectionThatSpeaksOrClosesIsNotUsed(string then)
    {
        await using var backend = new FakeBackend(Once + then, Once + "stall");
        await using var bench = new RelayBench(backend);
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        // What the server did must have arrived before the next delivery looks.
        await Task.WhenAny(backend.Stalled, RelayTests.UntilAsync(() => backend.Ended == 1));
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(2, backend.Connections);
        Assert.Equal(2, backend.Messages.Count);
    }

    [Theory]
    [InlineData("C MAIL\nclose")]
    [InlineData("C MAIL\nreset")]
    [InlineData("C MAIL\nC RCPT\nS 421 too long\nclose")]
    public async Task AReusedConnectionThatIsLostBeforeItsFirstAnswerIsReplacedOnce(string then)
    {
        await using var backend = new FakeBackend(Once + then, Once + "stall");
        await using var bench = new RelayBench(backend);
        await bench.DeliverAsync();
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(2, backend.Connections);
        Assert.Equal(1, bench.Relay.States()[0].Open);
    }

    [Fact]
    public async Task AReusedConnectionLostAfterTheDotIsNotRepeated()
    {
        await using var backend = new FakeBackend(Once + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nclose", Once + "stall");
        await using var bench = new RelayBench(backend);
        await bench.DeliverAsync();
        Assert.Equal(DeliveryOutcome.Unknown, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(1, backend.Connections);
    }

    [Fact]
    public async Task UnusedConnectionsSayQuitAfterAMinute()
    {
        await using var backend = new FakeBackend(Once + "C QUIT\nS 221 bye\nclose");
        await using var bench = new RelayBench(backend);
        await bench.DeliverAsync();
        Assert.Equal(1, bench.Relay.States()[0].Open);
        bench.Time.Advance(TimeSpan.FromSeconds(61));
        await RelayTests.UntilAsync(() => backend.Ended == 1);
        Assert.Equal("QUIT", backend.Lines[^1]);
        Assert.Equal(0, bench.Relay.States()[0].Open);
    }

    [Fact]
    public async Task BeyondTheCapDeliveriesWaitAndThenAreTurnedAway()
    {
        await using var backend = new FakeBackend(Hello + "wait\n" + string.Concat(Enumerable.Repeat(FakeBackend.Accept, 5)) + "stall");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Connections = 1 });
        var taken = Enumerable.Range(0, 5).Select(_ => bench.DeliverAsync()).ToArray();
        await RelayTests.UntilAsync(() => bench.Relay.States()[0].Waiting == 4);
        Assert.Equal(DeliveryOutcome.Busy, bench.Relay.Unavailable(bench.Tenant));
        Assert.Equal(DeliveryOutcome.Busy, (await bench.DeliverAsync()).Outcome);
        backend.Continue();
        Assert.All(await Task.WhenAll(taken), static r => Assert.Equal(DeliveryOutcome.Delivered, r.Outcome));
        Assert.Equal(1, backend.Connections);
        Assert.Null(bench.Relay.Unavailable(bench.Tenant));
    }

    [Fact]
    public async Task WhoWaitsTooLongIsToldSo()
    {
        await using var backend = new FakeBackend(Hello + "C MAIL\nwait\nclose");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Connections = 1 });
        var one = bench.DeliverAsync();
        var two = bench.DeliverAsync();
        await RelayTests.UntilAsync(() => bench.Relay.States()[0].Waiting == 1 && backend.Lines.Count > 1);
        bench.Time.Advance(TimeSpan.FromSeconds(241));
        Assert.Equal(DeliveryOutcome.Unreachable, (await one).Outcome);
        Assert.Equal(DeliveryOutcome.Unreachable, (await two).Outcome);
        Assert.Equal((0, 0), (bench.Relay.States()[0].Waiting, bench.Relay.States()[0].Open));
    }

    [Fact]
    public async Task FiveFailuresOpenTheBreakerAndOneProbeClosesIt()
    {
        await using var backend = new FakeBackend("S 554 no", "S 554 no", "S 554 no", "S 554 no", "S 554 no", "S 554 no", Once + "stall");
        await using var bench = new RelayBench(backend);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(bench.Relay.Unavailable(bench.Tenant));
            Assert.Equal(DeliveryOutcome.Unreachable, (await bench.DeliverAsync()).Outcome);
        }
        Assert.Equal(DeliveryOutcome.Unreachable, bench.Relay.Unavailable(bench.Tenant));
        Assert.Equal("open", bench.Relay.States()[0].Breaker);
        Assert.Equal("it greeted with 554", bench.Relay.States()[0].LastError);
        await bench.DeliverAsync();
        Assert.Equal(5, backend.Connections);
        // The first probe fails, the wait doubles.
        bench.Time.Advance(TimeSpan.FromSeconds(13));
        Assert.Equal("half-open", bench.Relay.States()[0].Breaker);
        await bench.DeliverAsync();
        Assert.Equal(6, backend.Connections);
        bench.Time.Advance(TimeSpan.FromSeconds(13));
        await bench.DeliverAsync();
        Assert.Equal(6, backend.Connections);
        bench.Time.Advance(TimeSpan.FromSeconds(13));
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal("closed", bench.Relay.States()[0].Breaker);
    }

    [Fact]
    public async Task RefusalsDoNotOpenTheBreaker()
    {
        await using var backend = new FakeBackend(Hello + string.Concat(Enumerable.Repeat("C MAIL\nC RCPT\nS 550 no|503 no\n", 20)));
        await using var bench = new RelayBench(backend);
        for (var i = 0; i < 10; i++)
            Assert.Equal(DeliveryOutcome.Refused, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(1, backend.Connections);
        Assert.Equal("closed", bench.Relay.States()[0].Breaker);
    }

    [Fact]
    public async Task NewSettingsKeepWhatIsEqualAndDrainTheRest()
    {
        await using var one = new FakeBackend(Once + FakeBackend.Accept + "C QUIT\nS 221 bye\nclose");
        await using var two = new FakeBackend(Once + "stall");
        await using var bench = new RelayBench(one);
        await bench.DeliverAsync();
        bench.Relay.Apply(bench.Settings with { Limits = new LimitSettings { Recipients = 5 } });
        await bench.DeliverAsync();
        Assert.Equal(1, one.Connections);
        bench.Relay.Apply(bench.Settings with { Tenants = [bench.Tenant with { Backends = new BackendSettings { Smtp = [two.Address] } }] });
        await RelayTests.UntilAsync(() => one.Ended == 1);
        Assert.Equal("QUIT", one.Lines[^1]);
        // The session's snapshot is older than the settings; the route is the new one.
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Single(two.Messages);
        bench.Relay.Apply(bench.Settings with { Tenants = [] });
        Assert.Equal(DeliveryOutcome.Unreachable, (await bench.DeliverAsync()).Outcome);
    }
}
