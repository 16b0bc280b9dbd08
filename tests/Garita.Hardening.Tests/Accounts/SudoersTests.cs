using Garita.Hardening.Accounts;
using Garita.Hardening.Host;
using Xunit;

namespace Garita.Hardening.Tests.Accounts;

public sealed class SudoersTests
{
    [Theory]
    [InlineData("%sudo ALL=(ALL:ALL) ALL", Outcome.Pass)]
    [InlineData("root ALL=(ALL) NOPASSWD: ALL", Outcome.Pass)]
    [InlineData("alice ALL=(ALL) NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) NOPASSWD:ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) NOPASSWD : ALL", Outcome.Fail)]
    [InlineData("# alice ALL=(ALL) NOPASSWD: ALL", Outcome.Pass)]
    [InlineData("alice ALL=(ALL) ALL # not NOPASSWD: ALL", Outcome.Pass)]
    [InlineData("#1000 ALL=(ALL) NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) \\\n  NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) SETENV: NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) NOPASSWD: /usr/bin/uptime", Outcome.Warning)]
    [InlineData("alice ALL=(ALL) NOPASSWD: /usr/bin/uptime, PASSWD: ALL", Outcome.Warning)]
    [InlineData("alice ALL=(ALL) NOPASSWD: /usr/bin/uptime, ALL", Outcome.Fail)]
    [InlineData("alice web=(ALL) ALL : db=(ALL) NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice web=(ALL) NOPASSWD: /bin/ls : db=(ALL) ALL", Outcome.Warning)]
    [InlineData("User_Alias OPS = alice, bob\nOPS ALL=(ALL) NOPASSWD: ALL", Outcome.Fail)]
    [InlineData("alice ALL=(ALL) NOPASSWD: EVERYTHING\nCmnd_Alias LS = /bin/ls : EVERYTHING = LS, ALL", Outcome.Fail)]
    [InlineData("Defaults passprompt=\"NOPASSWD: ALL\"", Outcome.Pass)]
    public void What_needs_no_password(string text, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File("/etc/sudoers", text + "\n").Look(new SudoPasswords()).Outcome);

    [Theory]
    [InlineData("@includedir /etc/sudoers.d", "cloud", Outcome.Fail)]
    [InlineData("#includedir /etc/sudoers.d", "cloud", Outcome.Fail)]
    [InlineData("@includedir sudoers.d", "cloud", Outcome.Fail)]
    [InlineData("@include /etc/sudoers.d/cloud", "cloud", Outcome.Fail)]
    [InlineData("# @includedir /etc/sudoers.d", "cloud", Outcome.Pass)]
    [InlineData("@includedir /etc/sudoers.d", "cloud.bak", Outcome.Pass)]
    [InlineData("@includedir /etc/sudoers.d", "cloud~", Outcome.Pass)]
    public void Files_are_included_as_sudo_includes_them(string line, string name, Outcome expected) =>
        Assert.Equal(expected, new PreparedRoot().File("/etc/sudoers", line + "\n").File("/etc/sudoers.d/" + name, "cloud ALL=(ALL) NOPASSWD: ALL\n").Look(new SudoPasswords()).Outcome);

    [Theory]
    [InlineData("Defaults env_reset", Outcome.Pass)]
    [InlineData("Defaults env_reset, ! authenticate", Outcome.Fail)]
    [InlineData("Defaults:alice !authenticate", Outcome.Fail)]
    [InlineData("Defaults authenticate", Outcome.Pass)]
    [InlineData("Defaults badpass_message=\"no, !authenticate, no\"", Outcome.Pass)]
    public void Whether_sudo_asks(string text, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File("/etc/sudoers", text + "\n").Look(new SudoAuthenticates()).Outcome);

    [Theory]
    [InlineData("", Outcome.Pass)]
    [InlineData("Defaults timestamp_timeout = 0", Outcome.Pass)]
    [InlineData("Defaults timestamp_timeout=30", Outcome.Fail)]
    [InlineData("Defaults timestamp_timeout=30\nDefaults timestamp_timeout=5", Outcome.Pass)]
    [InlineData("Defaults timestamp_timeout=5\nDefaults timestamp_timeout=30", Outcome.Fail)]
    [InlineData("Defaults timestamp_timeout=5\nDefaults:alice timestamp_timeout=-1", Outcome.Fail)]
    [InlineData("Defaults env_reset,timestamp_timeout=2.5", Outcome.Pass)]
    public void The_last_timeout_wins_for_all(string text, Outcome expected) => Assert.Equal(expected, new PreparedRoot().File("/etc/sudoers", text + "\n").Look(new SudoTimeout()).Outcome);

    [Fact]
    public void Who_may_run_everything_is_an_administrator()
    {
        var root = AccountsCases.People(new PreparedRoot()).File("/etc/group", "root:x:0:\nops:x:50:bob\n").File("/etc/passwd", AccountsCases.Passwd + "bob:x:1001:1001::/home/bob:/bin/bash\ncarol:x:1002:1002::/home/carol:/bin/bash\n")
            .File("/etc/sudoers", "%ops ALL=(ALL) ALL\ncarol ALL=(ALL) /bin/ls\n");
        var view = new View(root, new HostFacts(root, Roles.Any));
        Assert.Equal("bob", Assert.Single(Administrators.Read(view, Account.Read(view))).Name);
    }

    [Fact]
    public void Endless_inclusion_is_unknown() => Assert.Throws<CannotLookException>(() => new PreparedRoot().File("/etc/sudoers", "@include /etc/sudoers\n").Look(new SudoPasswords()));

    [Fact]
    public void A_drop_in_for_the_timeout_is_offered_only_where_it_wins()
    {
        var root = new PreparedRoot().File("/etc/sudoers", "Defaults timestamp_timeout=60\n@includedir /etc/sudoers.d\n");
        Assert.NotNull(root.Repair(new SudoTimeout()));
        Assert.Null(new PreparedRoot().File("/etc/sudoers", "@includedir /etc/sudoers.d\nDefaults timestamp_timeout=60\n").Repair(new SudoTimeout()));
        Assert.Null(new PreparedRoot().File("/etc/sudoers", "Defaults timestamp_timeout=60\n").Repair(new SudoTimeout()));
    }
}
