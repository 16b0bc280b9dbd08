using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Runs;
using Garita.Testing;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>Repairs that can lock administrators out go back by themselves.</summary>
public sealed class BackWatchTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly HostFolder _host = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Not_confirmed_it_goes_back_a_minute_after_its_end()
    {
        var (run, watch) = Begin();
        Assert.True(run.IsWatched);
        _time.Advance(TimeSpan.FromSeconds(50));
        Apply(run);
        // The run took most of the first minute: whoever is to confirm it gets a whole one.
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(watch.IsCompleted);
        Assert.Equal("new", _host.Text("/etc/x"));
        _time.Advance(Minute);
        Assert.Equal(BackWatchEnd.PutBack, await watch.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("old", _host.Text("/etc/x"));
    }

    [Fact]
    public async Task Confirmed_it_stays()
    {
        var (run, watch) = Begin();
        Apply(run);
        run.Confirm();
        _time.Advance(Minute);
        Assert.Equal(BackWatchEnd.Stays, await watch.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("new", _host.Text("/etc/x"));
    }

    [Fact]
    public async Task Killed_before_its_end_it_goes_back()
    {
        var (run, watch) = Begin();
        _host.KillBefore = _host.Writes + 15;
        Assert.Throws<KilledException>(() => Apply(run));
        _host.KillBefore = int.MaxValue;
        Assert.Equal("new", _host.Text("/etc/x"));
        _time.Advance(Minute);
        Assert.Equal(BackWatchEnd.PutBack, await watch.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("old", _host.Text("/etc/x"));
    }

    [Fact]
    public async Task At_work_still_it_is_waited_for()
    {
        var (run, watch) = Begin();
        using (var taken = _host.Log.TryLock())
        {
            Assert.NotNull(taken);
            _time.Advance(Minute);
            _time.Advance(Minute);
            Assert.False(watch.IsCompleted);
        }

        Apply(run);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("new", _host.Text("/etc/x"));
        _time.Advance(Minute);
        Assert.Equal(BackWatchEnd.PutBack, await watch.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Undone_by_hand_there_is_nothing_to_put_back()
    {
        var (run, watch) = Begin();
        Apply(run);
        _host.Undo();
        _time.Advance(Minute);
        Assert.Equal(BackWatchEnd.Stays, await watch.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private (RunFolder Run, Task<BackWatchEnd> Watch) Begin()
    {
        _host.With("/etc/x", "old");
        RunFolder run;
        using (_host.Log.TryLock())
            run = _host.Log.Begin(_time.GetUtcNow(), "root", _host.Root, isTimed: true, ["x"]);
        return (run, new BackWatch(_host.Log, _time).WaitAsync(run.Manifest.Id, Minute, run => new Undoer(_host.Files, _host.Programs, isBooted: true).Undo(run, force: false)));
    }

    private void Apply(RunFolder run)
    {
        using var taken = _host.Log.TryLock();
        new Applier(_host.Files, _host.Programs, isBooted: true).Apply(run, [ApplierTests.Repair("x", new PutFile("/etc/x", "new"))]);
    }
}
