using Garita.Gateway.Relay.Backends;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

public sealed class BreakerTests
{
    // The longest jitter is a tenth of the pause.
    private static readonly TimeSpan PastFirstPause = TimeSpan.FromSeconds(11);
    private readonly ManualTime _time = new();
    private readonly Breaker _breaker;

    public BreakerTests() => _breaker = new Breaker(_time, new Random(1));

    [Fact]
    public void FourFailuresLeaveItClosed()
    {
        Fail(4);
        Assert.Equal("closed", _breaker.State);
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void OnlyFailuresInARowCount()
    {
        Fail(4);
        _breaker.Succeeded();
        Fail(4);
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void FiveFailuresOpenItForTenSecondsAtLeast()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal("open", _breaker.State);
        Assert.True(_breaker.IsOpen);
        Assert.False(_breaker.TryEnter());
    }

    [Fact]
    public void HalfOpenLetsOneAttemptThrough()
    {
        Fail(5);
        _time.Advance(PastFirstPause);
        Assert.Equal("half-open", _breaker.State);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
        _breaker.Succeeded();
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void AnAbandonedProbeMakesRoomForAnother()
    {
        Fail(5);
        _time.Advance(PastFirstPause);
        Assert.True(_breaker.TryEnter());
        _breaker.Abandoned();
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void LateFailuresOfEarlierAttemptsDoNotLengthenThePause()
    {
        Fail(50);
        _time.Advance(PastFirstPause);
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void FailedProbesDoubleThePauseUpToFiveMinutes()
    {
        Fail(5);
        foreach (var seconds in (int[])[10, 20, 40, 80, 160, 300, 300])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.False(_breaker.TryEnter());
            _time.Advance(TimeSpan.FromSeconds((seconds * 0.1) + 0.1));
            Assert.True(_breaker.TryEnter());
            _breaker.Failed();
        }
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _breaker.Failed();
    }
}
