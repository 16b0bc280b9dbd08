using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

public sealed class ApplierTests : IDisposable
{
    private readonly HostFolder _host = new();

    public void Dispose() => _host.Dispose();

    public static PlannedRepair Repair(string id, params Change[] changes) => new(id, "title", "found", new Repair(Risk.Low, "nothing", changes));

    private static PlannedRepair[] Some =>
    [
        Repair("drop-in", new PutFile("/etc/new/deep/drop.conf", "x = 1\n", (UnixFileMode)0x1A0), new PutFile("/etc/there.conf", "ours\n")),
        Repair("line", new SetLine("/etc/login.defs", @"^\s*#?\s*UMASK\b", "UMASK 027"), new SetLine("/etc/login.defs", @"^PASS_MAX", "PASS_MAX_DAYS 365")),
        Repair("mode", new SetMode("/etc/shadow", (UnixFileMode)0x180)),
    ];

    private HostFolder Prepared() => _host.With("/etc/there.conf", "theirs\n", 0x180).With("/etc/login.defs", "a\n#UMASK 022\nb\nUMASK 022\nlast").With("/etc/shadow", "root:!\n");

    [Fact]
    public void Changes_are_done_and_a_second_time_there_is_nothing_to_do()
    {
        Prepared();
        Assert.All(_host.Apply(Some), static result => Assert.Equal(RepairOutcome.Done, result.Outcome));
        Assert.Equal("x = 1\n", _host.Text("/etc/new/deep/drop.conf"));
        Assert.Equal((UnixFileMode)0x1A0, File.GetUnixFileMode(_host.At("/etc/new/deep/drop.conf")));
        Assert.Equal("ours\n", _host.Text("/etc/there.conf"));
        Assert.Equal("a\nUMASK 027\nb\nlast\nPASS_MAX_DAYS 365\n", _host.Text("/etc/login.defs"));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(_host.At("/etc/shadow")));
        Assert.Single(_host.Log.All());

        var after = _host.Picture();
        Assert.All(_host.Apply(Some), static result => Assert.Equal(RepairOutcome.Nothing, result.Outcome));
        Assert.Equal(after, _host.Picture());
        Assert.Single(_host.Log.All());
    }

    [Fact]
    public void Undo_puts_everything_back_and_folders_that_were_made_go()
    {
        Prepared();
        var before = _host.Picture();
        _host.Apply(Some);
        Assert.NotEqual(before, _host.Picture(), StringComparer.Ordinal);
        Assert.Empty(_host.Undo());
        Assert.Equal(before, _host.Picture());
    }

    /// <summary>SIGKILL before each single write: what is written down is enough to put everything back, or to go on.</summary>
    [Fact]
    public void Killed_at_any_write_undo_puts_everything_back()
    {
        Prepared();
        var before = _host.Picture();
        _host.Apply(Some);
        Assert.Empty(_host.Undo());
        var writes = _host.Writes;
        Assert.InRange(writes, 60, 1000);
        var killed = 0;
        for (var at = 1; at <= writes; at++)
        {
            using var host = new HostFolder { KillBefore = at };
            host.With("/etc/there.conf", "theirs\n", 0x180).With("/etc/login.defs", "a\n#UMASK 022\nb\nUMASK 022\nlast").With("/etc/shadow", "root:!\n");
            try
            {
                host.Apply(Some);
                host.Undo();
            }
            catch (KilledException)
            {
                killed++;
            }

            host.KillBefore = int.MaxValue;
            Assert.Empty(host.Undo());
            Assert.True(string.Equals(before, host.Picture(), StringComparison.Ordinal), $"killed at write {at}:\n{before}\n{host.Picture()}");
        }

        Assert.InRange(killed, writes - 5, writes);
    }

    [Fact]
    public void A_file_that_somebody_changed_since_is_not_overwritten_unless_forced()
    {
        Prepared();
        var before = _host.Picture();
        _host.Apply(Some);
        _host.With("/etc/there.conf", "a person's\n", 0x180);
        Assert.Contains("/etc/there.conf was changed since", Assert.Single(_host.Undo()), StringComparison.Ordinal);
        Assert.Equal("a person's\n", _host.Text("/etc/there.conf"));
        Assert.False(Directory.Exists(_host.At("/etc/new")));
        Assert.Empty(_host.Undo(force: true));
        Assert.Equal(before, _host.Picture());
    }

    [Fact]
    public void A_repair_that_fails_is_put_back_and_the_others_go_on()
    {
        Prepared();
        var results = _host.Apply(
            Repair("bad", new PutFile("/etc/one.conf", "1"), new SetLine("/etc/not-there", "^x", "x")),
            Repair("good", new PutFile("/etc/two.conf", "2")));
        Assert.Equal([RepairOutcome.Failed, RepairOutcome.Done], results.Select(static result => result.Outcome));
        Assert.Contains("/etc/not-there does not exist; what was done of it is put back", results[0].Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(_host.At("/etc/one.conf")));
        Assert.True(File.Exists(_host.At("/etc/two.conf")));
    }

    [Fact]
    public void Octets_that_are_no_text_and_names_that_are_odd_survive()
    {
        Directory.CreateDirectory(_host.At("/etc"));
        byte[] octets = [0xff, 0xfe, (byte)'\n', (byte)'k', (byte)'\r', (byte)'\n', 0x80];
        const string name = "/etc/a 'b' \"$(reboot)\" \\n ; é\n.conf";
        File.WriteAllBytes(_host.At(name), octets);
        var before = _host.Picture();
        Assert.Equal(RepairOutcome.Done, Assert.Single(_host.Apply(Repair("odd", new SetLine(name, "^k$", "k = ü")))).Outcome);
        Assert.Equal([0xff, 0xfe, (byte)'\n', .. "k = ü\n"u8, 0x80, (byte)'\n'], File.ReadAllBytes(_host.At(name)));
        Assert.Empty(_host.Undo());
        Assert.Equal(before, _host.Picture());
    }

    [Fact]
    public void Nothing_is_set_behind_the_first_match_of_the_SSH_server()
    {
        _host.With("/etc/ssh/sshd_config", "Port 22\nMatch User backup\n  PermitRootLogin yes\n");
        Assert.Equal(RepairOutcome.Failed, Assert.Single(_host.Apply(Repair("none", new SetLine("/etc/ssh/sshd", "^x", "x")))).Outcome);
        _host.Apply(Repair("root", new SetLine("/etc/ssh/sshd_config", @"^\s*#?\s*PermitRootLogin\b", "PermitRootLogin no")));
        Assert.Equal("Port 22\nPermitRootLogin no\nMatch User backup\n  PermitRootLogin yes\n", _host.Text("/etc/ssh/sshd_config"));
    }

    [Fact]
    public void Two_at_once_are_refused()
    {
        using (var first = _host.Log.TryLock())
        {
            Assert.NotNull(first);
            Assert.Null(_host.Log.TryLock());
        }

        using var second = _host.Log.TryLock();
        Assert.NotNull(second);
    }

    [Fact]
    public void A_manifest_in_a_folder_that_others_write_to_is_not_believed()
    {
        Prepared();
        _host.Apply(Some);
        File.SetUnixFileMode(Path.Combine(_host.Data + "-root", "harden", _host.Log.All()[0].Manifest.Id), (UnixFileMode)0x1FF /* 0777 */);
        Assert.Contains("not root's alone", Assert.Throws<RepairException>(() => _host.Log.All()).Message, StringComparison.Ordinal);
    }
}
