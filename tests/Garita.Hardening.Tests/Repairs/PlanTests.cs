using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

public sealed class PlanTests
{
    private const UnixFileMode Private = (UnixFileMode)0x180;

    public static TheoryData<string, Change, Change> Against => new()
    {
        { "two contents", new PutFile("/etc/a", "1"), new PutFile("/etc/a", "2") },
        { "two modes", new PutFile("/etc/a", "1"), new PutFile("/etc/a", "1", Private) },
        { "a line in a file that is ours", new PutFile("/etc/a", "1\n"), new SetLine("/etc/a", "^x", "x") },
        { "a file over a line", new SetLine("/etc/a", "^x", "x"), new PutFile("/etc/a", "1\n") },
        { "two values", new SetLine("/etc/a", @"^\s*#?\s*UMASK\b", "UMASK 027"), new SetLine("/etc/a", @"^UMASK", "UMASK 077") },
        { "modes", new SetMode("/etc/a", Private), new SetMode("/etc/a", (UnixFileMode)0x1A0) },
        { "owners", new SetMode("/etc/a", Private, "root"), new SetMode("/etc/a", Private, "mail") },
        { "a mode of a file that is ours", new PutFile("/etc/a", "1"), new SetMode("/etc/a", Private) },
        { "on and off", new SetUnit("a.service", UnitWish.Enable), new SetUnit("a.service", UnitWish.Mask) },
        { "come and go", new InstallPackages("a", "b"), new RemovePackages("c", "b") },
    };

    public static TheoryData<string, Change, Change> Together => new()
    {
        { "the same", new PutFile("/etc/a", "1"), new PutFile("/etc/a", "1") },
        { "two lines", new SetLine("/etc/a", "^x", "x"), new SetLine("/etc/a", "^y", "y") },
        { "a line that the file has", new PutFile("/etc/a", "x\n"), new SetLine("/etc/a", "^x", "x") },
        { "a group and an owner", new SetMode("/etc/a", Private, "root"), new SetMode("/etc/a", Private, null, "mail") },
        { "stop and mask", new SetUnit("a.service", UnitWish.Disable), new SetUnit("a.service", UnitWish.Mask) },
    };

    [Theory]
    [MemberData(nameof(Against))]
    public void What_does_not_go_together_is_left_out(string what, Change one, Change two)
    {
        var plan = new Plan([ApplierTests.Repair("first", one), ApplierTests.Repair("second", two)]);
        Assert.True(plan.Repairs.Count == 1, what);
        Assert.Contains("does not go together with", Assert.Single(plan.LeftOut).Why, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Together))]
    public void What_goes_together_stays(string what, Change one, Change two) => Assert.True(new Plan([ApplierTests.Repair("first", one), ApplierTests.Repair("second", two)]).LeftOut.Count == 0, what);

    [Fact]
    public void Packages_come_first_and_what_can_lock_out_last()
    {
        var sshd = ApplierTests.Repair("sshd", new InstallPackages("x"), new PutFile("/etc/ssh/sshd_config.d/x.conf", "x"));
        var high = ApplierTests.Repair("high", new PutFile("/etc/x", "x")) with { Repair = new Repair(Risk.High, "x", new PutFile("/etc/x", "x")) };
        var plan = new Plan([sshd, high, ApplierTests.Repair("low", new PutFile("/etc/y", "y")), ApplierTests.Repair("packages", new InstallPackages("auditd"))]);
        Assert.Equal(["packages", "low", "high", "sshd"], plan.Repairs.Select(static repair => repair.Id), StringComparer.Ordinal);
        Assert.True(plan.Repairs[3].IsTimed);
    }

    [Theory]
    [InlineData("/etc/sudoers.d/x", Touches.Pam)]
    [InlineData("/etc/pam.d/common-auth", Touches.Pam)]
    [InlineData("/etc/nftables.conf", Touches.Firewall)]
    [InlineData("/etc/ssh/sshd_config", Touches.Ssh)]
    [InlineData("/etc/postfix/main.cf", Touches.Nothing)]
    public void What_a_file_is_about_is_known_though_nobody_declared_it(string path, Touches touches)
    {
        Assert.Equal(touches, PlannedRepair.TouchesOf(ApplierTests.Repair("x", new PutFile(path, "x"))));
        Assert.Equal(touches, PlannedRepair.TouchesOf(ApplierTests.Repair("x", new RunTool("x") { Files = [path] })));
    }
}
