using Garita.Hardening.Firewall;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Firewall;

public sealed class SysctlTests
{
    private const string Name = "net.ipv4.tcp_syncookies";

    [Fact]
    public void Right_now_and_wrong_at_boot_is_a_warning() =>
        Assert.Equal(Outcome.Warning, new PreparedRoot().Kernel(Name, "1").File("/etc/sysctl.d/10-speed.conf", "net/ipv4/tcp_syncookies = 0\n").Look(new SynCookies()).Outcome);

    [Fact]
    public void Right_at_boot_does_not_make_good_what_is_wrong_now() => Assert.Equal(Outcome.Fail, new PreparedRoot().Kernel(Name, "0").File("/etc/sysctl.conf", Name + " = 1\n").Look(new SynCookies()).Outcome);

    [Fact]
    public void A_file_system_is_judged_by_what_it_sets_and_else_unknown()
    {
        Assert.Equal(Outcome.Pass, new PreparedRoot().File("/etc/sysctl.conf", Name + "=1\n").Look(new SynCookies()).Outcome);
        Assert.Equal(Outcome.Fail, new PreparedRoot().File("/etc/sysctl.conf", Name + "=0\n").Look(new SynCookies()).Outcome);
        Assert.Throws<CannotLookException>(() => new PreparedRoot().Look(new SynCookies()));
    }

    [Fact]
    public void Without_ipv6_its_settings_are_not_asked()
    {
        var root = new PreparedRoot().Kernel("net.ipv4.conf.all.accept_redirects", "0").Kernel("net.ipv4.conf.default.accept_redirects", "0");
        Assert.Equal(Outcome.Pass, root.Look(new RedirectsIgnored()).Outcome);
        // One key of it is there: then all have to be.
        Assert.Throws<CannotLookException>(() => root.Kernel("net.ipv6.conf.all.accept_redirects", "0").Look(new RedirectsIgnored()));
        Assert.Equal(Outcome.NotApplicable, new PreparedRoot().Kernel(Name, "1").Look(new RouterAdvertisements()).Outcome);
    }

    [Fact]
    public void Loose_is_a_warning() => Assert.Equal(Outcome.Warning, new PreparedRoot().Kernel("net.ipv4.conf.all.rp_filter", "2").Kernel("net.ipv4.conf.default.rp_filter", "1").Look(new ReversePathFilter()).Outcome);

    [Fact]
    public void What_would_win_at_boot_is_changed_too_and_undo_knows_the_old_values()
    {
        var root = new PreparedRoot().Kernel(Name, "0").File("/etc/sysctl.d/20-a.conf", Name + "=0\n").File("/etc/sysctl.d/70-b.conf", "net.core.somaxconn=9\nnet/ipv4/tcp_syncookies = 0\n").File("/etc/sysctl.conf", Name + " = 0\n");
        var repair = root.Repair(new SynCookies());
        Assert.NotNull(repair);
        Assert.Equal(["/etc/sysctl.d/70-b.conf", "/etc/sysctl.conf"], repair.Changes.OfType<SetLine>().Select(static change => change.Path), StringComparer.Ordinal);
        Assert.Equal(["sysctl", "-w", Name + "=0"], Assert.IsType<RunTool>(repair.Changes[^1]).Undo);
    }

    [Fact]
    public void Who_runs_containers_decides_himself()
    {
        var root = new PreparedRoot().Kernel("net.ipv4.ip_forward", "1").Kernel("net.ipv6.conf.all.forwarding", "0").File("/usr/bin/dockerd", "");
        Assert.Equal(Outcome.Warning, root.Look(new ForwardingOff()).Outcome);
        Assert.Null(root.Repair(new ForwardingOff()));
    }
}
