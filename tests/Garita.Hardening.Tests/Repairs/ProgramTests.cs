using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Runs;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>What programs do of a repair: units, packages, tools, and those that say whether settings can be read.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly HostFolder _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_unit_is_masked_and_comes_back_as_it_was()
    {
        var state = "enabled";
        _host.Programs.With("systemctl", arguments =>
        {
            var verb = arguments.First(static word => !word.StartsWith('-'));
            state = verb switch { "mask" => "masked", "unmask" => "disabled", "enable" => "enabled", "disable" => "disabled", _ => state };
            return FakePrograms.Ok(verb is "is-enabled" ? state + "\n" : "");
        });
        var repair = ApplierTests.Repair("mask", new SetUnit("x.service", UnitWish.Mask));
        Assert.Equal(RepairOutcome.Done, Assert.Single(_host.Apply(repair)).Outcome);
        Assert.Equal("masked", state);
        Assert.Equal(RepairOutcome.Nothing, Assert.Single(_host.Apply(repair)).Outcome);
        Assert.Empty(_host.Undo());
        Assert.Equal("enabled", state);
        Assert.All(_host.Programs.Ran, command => Assert.Contains($"--root={_host.Root} ", command, StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_and_tools_are_for_the_running_system_only()
    {
        foreach (var change in (Change[])[new InstallPackages("auditd"), new RemovePackages("telnet"), new RunTool("postconf", "-e", "x=y")])
        {
            var result = Assert.Single(_host.Apply(ApplierTests.Repair("x", change)));
            Assert.Equal(RepairOutcome.Failed, result.Outcome);
            Assert.Contains("on the running system only", result.Detail, StringComparison.Ordinal);
        }

        Assert.Empty(_host.Programs.Ran);
    }

    [Fact]
    public void Apt_is_asked_before_and_what_it_would_remove_as_well_is_not_done()
    {
        var packages = new Packages(new FakePrograms()
            .With("dpkg-query", static _ => FakePrograms.Ok("installed"))
            .With("apt-get", static _ => FakePrograms.Ok("Remv gcc [4:12.2.0-3]\nRemv build-essential [12.9]\nInst auditd (1:3.0.9-1 Debian:12)\nInst libc6 [2.36-9] (2.36-10 Debian:12)\n")));
        Assert.Contains("apt would remove build-essential as well", Assert.Throws<RepairException>(() => packages.BeforeRemoving(["gcc"])).Message, StringComparison.Ordinal);
        Assert.Contains("apt would remove gcc=4:12.2.0-3", Assert.Throws<RepairException>(() => packages.BeforeInstalling(["auditd"])).Message, StringComparison.Ordinal);
        var both = packages.BeforeRemoving(["gcc", "build-essential"]);
        Assert.Equal(["gcc=4:12.2.0-3", "build-essential=12.9"], both.Gone);
        Assert.Equal(["auditd"], both.New);
        Assert.Equal(["libc6"], both.Upgraded);
    }

    [Fact]
    public void Lists_of_packages_that_are_missing_are_fetched_and_no_network_is_said()
    {
        var fetched = false;
        var programs = new FakePrograms().With("apt-get", arguments =>
        {
            fetched |= arguments.Contains("update", StringComparer.Ordinal);
            return fetched ? FakePrograms.Ok("Inst auditd (1:3.0.9-1 Debian:12)\n") : FakePrograms.Bad("E: Unable to locate package auditd");
        });
        Assert.Equal(["auditd"], new Packages(programs).BeforeInstalling(["auditd"]).New);
        var none = new FakePrograms().With("apt-get", static _ => FakePrograms.Bad("W: x\nE: Could not resolve 'deb.debian.org'"));
        Assert.Equal("apt-get update: E: Could not resolve 'deb.debian.org'", Assert.Throws<RepairException>(() => new Packages(none).BeforeInstalling(["auditd"])).Message);
    }

    /// <summary>The host itself, in whose place a program of the test changes the file.</summary>
    [Fact]
    public void Files_that_a_tool_changes_are_put_back_before_its_undo_runs()
    {
        var file = Path.Combine(_host.Data, "main.cf");
        File.WriteAllText(file, "x = 1\n");
        string? seen = null;
        _host.Programs.With("postconf", arguments =>
        {
            File.WriteAllText(file, arguments[1] + "\n");
            return FakePrograms.Ok();
        }).With("postfix-undo", _ =>
        {
            seen = File.ReadAllText(file);
            return FakePrograms.Ok();
        });
        var (run, applier) = (Begin(), Own());
        Assert.Equal(RepairOutcome.Done, Assert.Single(applier.Apply(run, [ApplierTests.Repair("x", new RunTool("postconf", "-e", "x = 2") { Files = [file], Undo = ["postfix-undo"] })])).Outcome);
        Assert.Equal("x = 2\n", File.ReadAllText(file));
        Assert.Empty(new Undoer(OwnFiles, _host.Programs, isBooted: true).Undo(run, force: false));
        Assert.Equal("x = 1\n", File.ReadAllText(file));
        Assert.Equal("x = 1\n", seen);
        Assert.Equal(RunState.Undone, run.Manifest.State);
    }

    [Fact]
    public void A_tool_that_is_killed_in_its_middle_is_undone()
    {
        var file = Path.Combine(_host.Data, "main.cf");
        File.WriteAllText(file, "x = 1\n");
        _host.Programs.With("postconf", _ =>
        {
            File.WriteAllText(file, "x = half");
            throw new KilledException("the end");
        });
        var run = Begin();
        Assert.Throws<KilledException>(() => Own().Apply(run, [ApplierTests.Repair("x", new RunTool("postconf", "-e", "x = 2") { Files = [file] })]));
        var found = Assert.Single(_host.Log.All());
        Assert.Equal(RunState.Running, found.Manifest.State);
        Assert.Empty(new Undoer(OwnFiles, _host.Programs, isBooted: true).Undo(found, force: false));
        Assert.Equal("x = 1\n", File.ReadAllText(file));
    }

    [Fact]
    public void A_service_that_does_not_take_its_settings_gets_the_old_ones_back()
    {
        var file = Path.Combine(_host.Data, "x.conf");
        File.WriteAllText(file, "old\n");
        var answers = new Queue<CommandResult>([FakePrograms.Bad("Job for x.service failed."), FakePrograms.Ok()]);
        var reloaded = new List<string>();
        _host.Programs.With("systemctl", _ =>
        {
            reloaded.Add(File.ReadAllText(file));
            return answers.Dequeue();
        });
        var result = Assert.Single(Own().Apply(Begin(), [ApplierTests.Repair("x", new PutFile(file, "new\n"), new SetUnit("x.service", UnitWish.Reload))]));
        Assert.Equal(RepairOutcome.Failed, result.Outcome);
        Assert.Contains("systemctl try-reload-or-restart x.service: Job for x.service failed.", result.Detail, StringComparison.Ordinal);
        Assert.Equal("old\n", File.ReadAllText(file));
        Assert.Equal(["new\n", "old\n"], reloaded);
    }

    [Theory]
    [InlineData("/etc/ssh/sshd_config.d/50-garita.conf", "sshd -t")]
    [InlineData("/etc/sudoers.d/garita", "visudo -c -q")]
    [InlineData("/etc/nftables.conf", "nft -c -f /etc/nftables.conf")]
    [InlineData("/etc/dovecot/local.conf", "doveconf -n")]
    [InlineData("/etc/postfix/main.cf", "postfix check")]
    public void Who_can_say_whether_settings_can_be_read_is_asked(string path, string command)
    {
        var programs = new FakePrograms();
        var verification = Assert.Single(Verification.For([path]));
        Assert.Null(verification.Problem(programs));
        programs.With(verification.Program, static _ => FakePrograms.Bad("line 1: Bad configuration option: x\nterminating"));
        Assert.Equal($"{command}: terminating", verification.Problem(programs));
        Assert.Equal(command, Assert.Single(programs.Ran));
        Assert.Empty(Verification.For(["/etc/hosts"]));
    }

    private static Garita.Hardening.Repairs.Files.HostFiles OwnFiles => new("/", static _ => true, static _ => { });

    private Applier Own() => new(OwnFiles, _host.Programs, isBooted: true);

    private RunFolder Begin()
    {
        using var taken = _host.Log.TryLock();
        return _host.Log.Begin(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "root", "/", isTimed: false, ["x"]);
    }
}
