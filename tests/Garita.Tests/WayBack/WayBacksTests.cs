using Garita.Hardening.Repairs.Files;
using Garita.WayBack;
using Xunit;

namespace Garita.Tests.WayBack;

/// <summary>The state machine of ways back: what is true after each end, and after a kill between each two steps.</summary>
public sealed class WayBacksTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Login Another = new("root", "192.0.2.1 50001 192.0.2.2 22", 0, 8);
    private static readonly WayBackPlan Fleeting = new("a ruleset", ["back"]) { Then = ["tell"] };
    private static readonly WayBackPlan Lasting = new("repairs", ["back"]) { Subject = "run", AtBoot = ["back", "at boot"] };
    private readonly HeldHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Not_confirmed_it_goes_a_minute_after_the_change_was_made()
    {
        var begun = _host.Time.GetUtcNow();
        var armed = await _host.Process().ArmAsync("x", Minute, Fleeting);
        Assert.Equal(WayBackStanding.Waits, _host.Process().Look("x"));
        _host.Time.Advance(TimeSpan.FromSeconds(50));
        _host.Process().Made("x", armed);
        await _host.PassUntilEndAsync(_host.Waiter);
        Assert.Equal(["back", "tell"], _host.Ran);
        Assert.True(_host.Process().Gone("x")!.When - begun >= TimeSpan.FromSeconds(110), "nobody got all of the time");
        Assert.Equal((WayBackStanding.None, "gone"), (_host.Process().Look("x"), _host.States()));
        Assert.Contains("it went back at", Assert.Throws<WayBackException>(() => _host.Process().Confirm("x", Another, false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_goes_under_the_hands_of_who_is_at_work()
    {
        var work = Path.Combine(_host.Folder, "work");
        var begun = _host.Time.GetUtcNow();
        using (new FileStream(work, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            await _host.Process().ArmAsync("x", Minute, Fleeting with { Lock = work });
            for (var step = 0; step < 1000; step++)
            {
                _host.Time.Advance(TimeSpan.FromMilliseconds(200));
                await Task.Yield();
            }

            Assert.Empty(_host.Ran);
        }

        // Killed before it was made: it goes all the same.
        await _host.PassUntilEndAsync(_host.Waiter);
        Assert.Equal(["back", "tell"], _host.Ran);
        Assert.True(_host.Process().Gone("x")!.When - begun >= TimeSpan.FromSeconds(200));
    }

    [Fact]
    public async Task Confirmed_it_stays_and_another_may_be_held()
    {
        await _host.Process().ArmAsync("x", Minute, Lasting);
        Assert.Contains("held already", (await Assert.ThrowsAsync<WayBackException>(() => _host.Process().ArmAsync("x", Minute, Lasting))).Message, StringComparison.Ordinal);
        Assert.Contains("--same-login", Assert.Throws<WayBackException>(() => _host.Process().Confirm("x", _host.By, false)).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_host.Units));
        Assert.Equal("run", _host.Process().Confirm("x", Another, false).Plan.Subject);
        await _host.PassUntilEndAsync(_host.Waiter);
        Assert.Equal((WayBackStanding.None, "confirmed"), (_host.Process().Look("x"), _host.States()));
        Assert.Empty(_host.Ran);
        Assert.Empty(Directory.GetFiles(_host.Units, "*", SearchOption.AllDirectories));
        await _host.Process().ArmAsync("x", Minute, Fleeting);
        Assert.Equal(WayBackStanding.Waits, _host.Process().Look("x"));
        _host.Process().Confirm("x", _host.By, sameLogin: true);
        await _host.PassUntilEndAsync(_host.Waiter);
        Assert.Contains("nothing waits", Assert.Throws<WayBackException>(() => _host.Process().Confirm("x", Another, false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_kept()
    {
        _host.End = static () => "no such table";
        await _host.Process().ArmAsync("x", Minute, Fleeting);
        await _host.PassUntilEndAsync(_host.Waiter);
        Assert.Equal(("no such table", "no such table"), (_host.Process().Gone("x")!.Problem, _host.Process().Gone("x")!.ThenProblem));
    }

    [Fact]
    public async Task Without_a_process_that_waits_there_is_no_change()
    {
        _host.Starts = false;
        var arming = _host.Process().ArmAsync("x", Minute, Lasting);
        await Assert.ThrowsAsync<WayBackException>(() => _host.PassUntilEndAsync(arming));
        Assert.Equal((WayBackStanding.None, ""), (_host.Process().Look("x"), _host.States()));
        Assert.Empty(Directory.GetFiles(_host.Units, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Killed_at_any_step_of_arming_nothing_is_held_or_it_is_told()
    {
        _host.Starts = false;
        for (var step = 0; step < 2; step++)
        {
            await File.WriteAllTextAsync(Path.Combine(_host.Folder, "x.going"), "{}", TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<KilledException>(() => _host.KilledBefore(step).ArmAsync("x", Minute, Lasting));
            Assert.NotEqual(WayBackStanding.Waits, _host.Process().Look("x"));
            _host.Process().Disarm("x");
        }

        // Killed after all of them, with the process that waits.
        await File.WriteAllTextAsync(Path.Combine(_host.Folder, "x.going"), "{}", TestContext.Current.CancellationToken);
        var arming = _host.KilledBefore(2).ArmAsync("x", Minute, Lasting);
        Assert.Equal(WayBackStanding.Lost, _host.Process().Look("x"));
        Assert.NotNull(await _host.Process().GoNowAsync("x"));
        Assert.Equal("gone", _host.States());
        await Assert.ThrowsAnyAsync<Exception>(() => _host.PassUntilEndAsync(arming));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_step_of_going_it_is_told_and_goes_when_it_is_asked_again(bool atBoot)
    {
        var command = "back" + (atBoot ? " at boot" : "");
        for (var step = 0; step < 3; step++)
        {
            _host.Ran.Clear();
            await ArmLostAsync(Lasting);
            _host.BootId = atBoot ? "second" : "first";
            var killed = _host.KilledBefore(step);
            if (atBoot)
                await Assert.ThrowsAsync<KilledException>(killed.GoAtBootAsync);
            else
                await Assert.ThrowsAsync<KilledException>(() => killed.GoAsync("x"));
            Assert.Equal(step > 0 ? WayBackStanding.Stuck : atBoot ? WayBackStanding.Restarted : WayBackStanding.Lost, _host.Process().Look("x"));
            if (step > 0)
                Assert.Contains("too late", Assert.Throws<WayBackException>(() => _host.Process().Confirm("x", Another, false)).Message, StringComparison.Ordinal);
            if (atBoot)
                Assert.Single(await _host.Process().GoAtBootAsync());
            else
                Assert.NotNull(await _host.Process().GoNowAsync("x"));
            // Known to be done only once that is written down.
            Assert.Equal(step == 0 ? [command] : [command, command], _host.Ran, StringComparer.Ordinal);
            Assert.Equal((WayBackStanding.None, "gone"), (_host.Process().Look("x"), _host.States()));
            Assert.Empty(await _host.Process().GoAtBootAsync());
            Assert.Empty(Directory.GetFiles(_host.Units, "*", SearchOption.AllDirectories));
            _host.BootId = "first";
        }
    }

    [Fact]
    public async Task Killed_while_its_command_runs_it_is_started_again_and_goes_on()
    {
        await ArmLostAsync(Lasting);
        _host.End = static () => throw new KilledException("its end");
        await Assert.ThrowsAsync<KilledException>(() => _host.Process().GoAsync("x"));
        Assert.Equal(WayBackStanding.Stuck, _host.Process().Look("x"));
        _host.End = static () => null;
        await _host.Process().WaitAsync("x");
        Assert.Equal((WayBackStanding.None, "gone; ran 2"), (_host.Process().Look("x"), _host.ToString()));
    }

    [Fact]
    public async Task Of_confirming_and_going_one_wins()
    {
        // 1. It goes between the look and the rename of who confirms.
        await ArmLostAsync(Fleeting);
        var late = _host.Process(what =>
        {
            if (what is "rename to confirmed")
                Assert.NotNull(_host.Process().GoAsync("x").GetAwaiter().GetResult());
        });
        Assert.Contains("too late", Assert.Throws<WayBackException>(() => late.Confirm("x", Another, false)).Message, StringComparison.Ordinal);
        Assert.Equal((2, "gone"), (_host.Ran.Count, _host.States()));
        // 2. Somebody confirms between the look and the rename of who goes.
        await ArmLostAsync(Fleeting);
        Assert.Null(await _host.Process(what =>
        {
            if (what is "rename to going")
                _host.Process().Confirm("x", Another, false);
        }).GoAsync("x"));
        Assert.Equal((2, "confirmed gone"), (_host.Ran.Count, _host.States()));
        // 3. Two go: the second finds the first at it.
        await ArmLostAsync(Fleeting);
        Assert.NotNull(await _host.Process(what =>
        {
            if (what is "rename to going")
                Assert.Null(_host.Process().GoAsync("x").GetAwaiter().GetResult());
        }).GoAsync("x"));
        Assert.Equal((4, "gone"), (_host.Ran.Count, _host.States()));
    }

    [Theory]
    [InlineData("write armed")]
    [InlineData("write waits")]
    [InlineData("write gone")]
    [InlineData("write made")]
    public async Task A_full_disk_is_no_change_or_the_way_back(string where)
    {
        void Full(string what)
        {
            if (string.Equals(what, where, StringComparison.Ordinal))
                throw new IOException("No space left on device");
        }

        if (where is "write armed" or "write waits")
        {
            _host.WaiterFails = Full;
            var arming = _host.Process(Full).ArmAsync("x", Minute, Lasting);
            Assert.Contains("nothing was changed", (await Assert.ThrowsAsync<WayBackException>(() => _host.PassUntilEndAsync(arming))).Message, StringComparison.Ordinal);
            Assert.Equal((WayBackStanding.None, ""), (_host.Process().Look("x"), _host.States()));
            return;
        }

        var armed = await _host.Process(Full).ArmAsync("x", Minute, Lasting);
        _host.Process(Full).Made("x", armed);
        Assert.NotNull(await _host.Process(Full).GoAsync("x"));
        Assert.Single(_host.Ran);
        // What could not be written down is told, and goes once more when there is room.
        Assert.Equal(where is "write gone" ? WayBackStanding.Stuck : WayBackStanding.None, _host.Process().Look("x"));
        Assert.Equal(where is "write gone", await _host.Process().GoNowAsync("x") is not null);
        Assert.Equal("gone", _host.States());
    }

    [Fact]
    public async Task A_restart_takes_what_is_in_memory_and_leaves_what_is_on_the_disk()
    {
        await ArmLostAsync(Fleeting);
        _host.BootId = "second";
        Assert.Equal((WayBackStanding.None, ""), (_host.Process().Look("x"), _host.States()));
        _host.BootId = "first";
        await ArmLostAsync(Lasting);
        Assert.True(File.Exists(Assert.Single(Directory.GetFiles(Path.Combine(_host.Units, "sysinit.target.wants")))), "the link leads to no unit");
        _host.BootId = "second";
        Assert.Equal(WayBackStanding.Restarted, _host.Process().Look("x"));
        // Numbers of logins begin anew: the same is another.
        Assert.Equal("run", _host.Process().Confirm("x", _host.By, false).Plan.Subject);
        Assert.Empty(await _host.Process().GoAtBootAsync());
        Assert.Empty(_host.Ran);
    }

    [Fact]
    public async Task What_was_armed_in_this_start_of_the_machine_is_not_gone_by_the_unit()
    {
        await ArmLostAsync(Lasting);
        Assert.Empty(await _host.Process().GoAtBootAsync());
        Assert.Equal(("armed", 1), (_host.States(), Directory.GetFiles(_host.Units).Length));
    }

    [Fact]
    public async Task What_somebody_else_wrote_is_not_run()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: files cannot be given to others");
        await ArmLostAsync(Lasting);
        var file = Path.Combine(_host.Folder, "x.armed");
        new HostFiles("/").Write(file, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), (UnixFileMode)0x180, 65534, 65534, "x.new");
        Assert.Null(await _host.Process().GoNowAsync("x"));
        Assert.Equal(WayBackStanding.None, _host.Process().Look("x"));
        _host.BootId = "second";
        Assert.Empty(await _host.Process().GoAtBootAsync());
        Assert.Empty(_host.Ran);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("X")]
    public void A_name_is_no_path(string name) => Assert.Throws<WayBackException>(() => _host.Process().Look(name));

    [Fact]
    public void The_unit_comes_before_what_reads_what_is_put_back_and_quotes_what_it_runs()
    {
        var unit = BootUnit.Text(["/opt/a b/garita", "100%"], "/srv/$x\"y");
        Assert.Contains("\nExecStart=\"/opt/a b/garita\" \"100%%\" \"way-back\" \"--boot\" \"--folder\" \"/srv/$$x\\\"y\"\n", unit, StringComparison.Ordinal);
        Assert.Matches("(?m)^Before=sysinit.target .*nftables.service .*network-pre.target .*ssh.service", unit);
        Assert.Contains("WantedBy=sysinit.target", unit, StringComparison.Ordinal);
    }

    /// <summary>Held, and the process that waited is gone.</summary>
    private async Task ArmLostAsync(WayBackPlan plan)
    {
        foreach (var file in Directory.GetFiles(_host.Folder, "x.confirmed"))
            File.Delete(file);
        _host.WaiterFails = static what =>
        {
            if (what is "rename to going")
                throw new KilledException(what);
        };
        await _host.Process().ArmAsync("x", Minute, plan);
        await Assert.ThrowsAsync<KilledException>(() => _host.PassUntilEndAsync(_host.Waiter));
        _host.WaiterFails = null;
        Assert.Equal(WayBackStanding.Lost, _host.Process().Look("x"));
    }
}
