using Garita.Hardening.Accounts;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Accounts;

public sealed class SshServerTests
{
    private const string Main = "/etc/ssh/sshd_config";
    private const string Include = "Include /etc/ssh/sshd_config.d/*.conf\n";

    [Theory]
    [InlineData("PermitRootLogin no\nPermitRootLogin yes\n", Outcome.Pass)]
    [InlineData("PermitRootLogin yes\nPermitRootLogin no\n", Outcome.Fail)]
    [InlineData("permitrootlogin=no\n", Outcome.Pass)]
    [InlineData("  PermitRootLogin\t\"no\" # never\n", Outcome.Pass)]
    [InlineData("#PermitRootLogin no\n", Outcome.Fail)]
    [InlineData("PermitRootLogin no\nMatch Address 192.0.2.0/24\n  PermitRootLogin yes\n", Outcome.Fail)]
    [InlineData("Match all\nPermitRootLogin no\n", Outcome.Fail)]
    [InlineData("PermitRootLogin no\nMatch User backup\n  X11Forwarding no\n", Outcome.Pass)]
    public void The_first_value_wins_and_match_blocks_count(string text, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File(Main, text).Look(new SshRootLogin()).Outcome);

    [Fact]
    public void Included_files_count_where_they_are_included_in_the_order_of_their_names()
    {
        var root = new PreparedRoot().File(Main, Include + "PermitRootLogin yes\n").File("/etc/ssh/sshd_config.d/20.conf", "PermitRootLogin yes\n").File("/etc/ssh/sshd_config.d/10.conf", "PermitRootLogin no\n").File("/etc/ssh/sshd_config.d/05.conf.bak", "PermitRootLogin yes\n");
        Assert.Equal(Outcome.Pass, root.Look(new SshRootLogin()).Outcome);
        Assert.Equal(Outcome.Fail, root.File(Main, "PermitRootLogin yes\n" + Include).Look(new SshRootLogin()).Outcome);
        Assert.Equal(Outcome.Pass, root.File(Main, "Include sshd_config.d/10.conf\nPermitRootLogin yes\n").Look(new SshRootLogin()).Outcome);
    }

    [Fact]
    public void A_match_line_ends_with_the_file_that_has_it()
    {
        var root = new PreparedRoot().File(Main, Include + "MaxAuthTries 3\n").File("/etc/ssh/sshd_config.d/10.conf", "Match User alice\nMaxAuthTries 4\n");
        Assert.Equal(Outcome.Pass, root.Look(new SshAuthTries()).Outcome);
        var finding = root.File("/etc/ssh/sshd_config.d/10.conf", "Match User alice\nMaxAuthTries 20\n").Look(new SshAuthTries());
        Assert.Equal((Outcome.Fail, true), (finding.Outcome, finding.Found.Contains("Match User alice", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_match_block_includes_is_for_those_whom_it_matches()
    {
        var root = new PreparedRoot().File(Main, "Match Group ops\n" + Include).File("/etc/ssh/sshd_config.d/10.conf", "PermitRootLogin no\n");
        Assert.Equal(Outcome.Fail, root.Look(new SshRootLogin()).Outcome);
    }

    [Fact]
    public void The_command_line_comes_before_the_files()
    {
        var root = new PreparedRoot().File(Main, "PermitRootLogin no\n").File("/etc/default/ssh", "SSHD_OPTS=\"-4 -o PermitRootLogin=yes\"\n");
        Assert.Equal(Outcome.Fail, root.Look(new SshRootLogin()).Outcome);
        Assert.Throws<CannotLookException>(() => root.File("/etc/default/ssh", "SSHD_OPTS=\"-f /etc/other\"\n").Look(new SshRootLogin()));
    }

    [Fact]
    public void The_running_server_is_asked_and_match_blocks_of_its_files_still_count()
    {
        var root = new PreparedRoot().File(Main, "PermitRootLogin yes\n").Says("sshd -T", "port 22\npermitrootlogin no\nmaxauthtries 3\nallowusers alice\nallowusers bob\n");
        Assert.Equal(Outcome.Pass, root.Look(new SshRootLogin()).Outcome);
        Assert.Equal(Finding.Pass("AllowUsers alice bob"), root.Look(new SshAllowedUsers()));
        Assert.Equal(Outcome.Fail, root.File(Main, "Match User x\nPermitRootLogin yes\n").Look(new SshRootLogin()).Outcome);
    }

    [Fact]
    public void A_server_that_does_not_say_is_unknown_but_one_that_did_not_start_yet_goes_by_its_files()
    {
        var root = new PreparedRoot().File(Main, "PermitRootLogin no\n").Says("sshd -T", "", 255, "Missing privilege separation directory: /run/sshd\n");
        Assert.Equal(Outcome.Pass, root.Look(new SshRootLogin()).Outcome);
        Assert.Throws<CannotLookException>(() => root.Says("sshd -T", "", 255, "/etc/ssh/sshd_config: line 1: Bad configuration option\n").Look(new SshRootLogin()));
    }

    [Fact]
    public void Without_a_server_nothing_is_to_be_said() => Assert.Equal(Outcome.NotApplicable, new PreparedRoot().File("/etc/passwd", "").Look(new SshRootLogin()).Outcome);

    [Fact]
    public void A_list_that_takes_everybody_is_none()
    {
        Assert.Equal(Outcome.Fail, new PreparedRoot().File(Main, "").Look(new SshAllowedUsers()).Outcome);
        Assert.Equal(Outcome.Pass, new PreparedRoot().File(Main, "AllowUsers alice\nAllowUsers bob\n").Look(new SshAllowedUsers()).Outcome);
    }

    [Theory]
    [InlineData("LoginGraceTime 0", Outcome.Fail)]
    [InlineData("LoginGraceTime 60", Outcome.Pass)]
    [InlineData("LoginGraceTime 1m1s", Outcome.Fail)]
    [InlineData("LoginGraceTime 1h", Outcome.Fail)]
    [InlineData("LoginGraceTime soon", Outcome.Fail)]
    public void Times_have_units(string line, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File(Main, line).Look(new SshGraceTime()).Outcome);

    [Theory]
    [InlineData("PasswordAuthentication no\n", Outcome.Fail)]
    [InlineData("PasswordAuthentication no\nChallengeResponseAuthentication no\n", Outcome.Pass)]
    [InlineData("PasswordAuthentication no\nUsePAM no\n", Outcome.Pass)]
    [InlineData("PasswordAuthentication no\nKbdInteractiveAuthentication no\nMatch User bob\nKbdInteractiveAuthentication yes\n", Outcome.Fail)]
    [InlineData("AuthenticationMethods publickey,keyboard-interactive publickey,password\n", Outcome.Pass)]
    [InlineData("AuthenticationMethods publickey password\n", Outcome.Fail)]
    [InlineData("AuthenticationMethods publickey,password\nMatch User bob\nAuthenticationMethods any\n", Outcome.Fail)]
    public void A_password_has_two_ways_in(string text, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File(Main, text).Look(new SshPasswords()).Outcome);

    [Fact]
    public void A_drop_in_mends_only_where_it_would_win()
    {
        var root = new PreparedRoot().File(Main, Include + "MaxAuthTries 6\n");
        var repair = root.Repair(new SshAuthTries());
        Assert.NotNull(repair);
        Assert.Equal(Touches.Ssh, repair.Touches);
        Assert.Equal(new RunTool("sshd", "-t").Program, Assert.IsType<RunTool>(repair.Changes[1]).Program);
        var file = Assert.IsType<PutFile>(repair.Changes[0]);
        Assert.Equal(Outcome.Pass, root.File(file.Path, file.Content).Look(new SshAuthTries()).Outcome);

        Assert.Null(new PreparedRoot().File(Main, "MaxAuthTries 6\n" + Include).Repair(new SshAuthTries()));
        Assert.Null(new PreparedRoot().File(Main, "MaxAuthTries 6\n").Repair(new SshAuthTries()));
        Assert.Null(new PreparedRoot().File(Main, Include).File("/etc/ssh/sshd_config.d/01-cloud.conf", "MaxAuthTries 10\n").Repair(new SshAuthTries()));
        Assert.Null(new PreparedRoot().File(Main, Include + "Match User x\nMaxAuthTries 10\n").Repair(new SshAuthTries()));
    }

    [Fact]
    public void Nobody_is_locked_out_of_a_host_where_root_alone_comes_in()
    {
        var root = AccountsCases.People(new PreparedRoot()).File(Main, Include + "PermitRootLogin yes\n");
        Assert.NotNull(root.Repair(new SshRootLogin()));
        // A password of hers would no longer count.
        Assert.Null(root.Repair(new SshPasswords()));
        Assert.NotNull(root.File("/home/alice/.ssh/authorized_keys", AccountsCases.Ed25519).Repair(new SshPasswords()));
        Assert.Null(root.File("/etc/group", "root:x:0:\n").Repair(new SshRootLogin()));
    }
}
