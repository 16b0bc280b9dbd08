using Garita.Hardening.Software;
using Xunit;

namespace Garita.Hardening.Tests.Software;

public sealed class SoftwareTests
{
    [Theory]
    [InlineData("tcp LISTEN 0 9 *:25 *:*", Roles.Postfix, Outcome.Pass)]
    [InlineData("tcp LISTEN 0 9 *:143 *:*", Roles.Postfix, Outcome.Fail)]
    [InlineData("tcp LISTEN 0 9 *:143 *:*", Roles.Dovecot, Outcome.Pass)]
    [InlineData("tcp LISTEN 0 9 *:25 *:*", Roles.Dovecot, Outcome.Fail)]
    [InlineData("tcp LISTEN 0 9 [::ffff:127.0.0.1]:8080 *:*", Roles.Postfix, Outcome.Pass)]
    [InlineData("tcp LISTEN 0 9 127.0.0.53%lo:53 *:*", Roles.Postfix, Outcome.Pass)]
    [InlineData("tcp LISTEN 0 9 192.0.2.1%eth0:8080 *:*", Roles.Postfix, Outcome.Fail)]
    [InlineData("udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*", Roles.Postfix, Outcome.Pass)]
    [InlineData("udp UNCONN 0 0 0.0.0.0:25 0.0.0.0:*", Roles.Postfix, Outcome.Fail)]
    [InlineData("tcp LISTEN 0 9 [::]:2525 [::]:*", Roles.Gateway, Outcome.Pass)]
    [InlineData("tcp LISTEN 0 9 [::]:2525 [::]:*", Roles.Postfix, Outcome.Fail)]
    [InlineData("tcp LISTEN 0 9 [::]:9100 [::]:*", Roles.Postfix, Outcome.Pass)]
    public void What_listens_is_within_the_role(string line, Roles roles, Outcome expected) =>
        Assert.Equal(expected, new PreparedRoot().Says(SoftwareCases.Sockets, line + "\n").File("/etc/garita/allowed", "listener tcp/9100\n#listener tcp/8080\n")
            .File("/etc/garita/garita.toml", "[[listener]]\nname = \"mx\"\nbind = [\"0.0.0.0:25\", \"[::]:2525\"]\n[admin]\nbind = \"127.0.0.1:8025\"\n").Look(new ListeningSockets(), roles).Outcome);

    [Theory]
    [InlineData("garbage")]
    [InlineData("tcp LISTEN 0 9 nowhere *:*")]
    public void What_ss_says_and_nobody_understands_is_unknown(string line) => Assert.Throws<CannotLookException>(() => new PreparedRoot().Says(SoftwareCases.Sockets, line + "\n").Look(new ListeningSockets()));

    [Fact]
    public void A_package_may_stay_when_it_cannot_start()
    {
        var root = new PreparedRoot().Installed("rpcbind").Link("/etc/systemd/system/rpcbind.service", "/dev/null").File("/lib/systemd/system/rpcbind.socket", "");
        Assert.Equal(Outcome.Fail, root.Look(new RpcbindAbsent()).Outcome);
        Assert.Equal(Outcome.Pass, root.Link("/etc/systemd/system/rpcbind.socket", "/dev/null").Look(new RpcbindAbsent()).Outcome);
    }

    [Fact]
    public void Without_a_package_database_nobody_knows() => Assert.Throws<CannotLookException>(() => new PreparedRoot().Look(new AvahiAbsent()));

    [Fact]
    public void A_removed_package_with_settings_left_is_not_installed() =>
        Assert.Equal(Outcome.Pass, new PreparedRoot().File("/var/lib/dpkg/status", "Package: telnet\nStatus: deinstall ok config-files\nVersion: 1\n\n").Look(new TelnetClientAbsent()).Outcome);

    [Theory]
    [InlineData("install dccp /bin/true\ninstall tipc /usr/bin/false", "net/dccp/dccp net/tipc/tipc", "", Outcome.Pass)]
    [InlineData("install dccp /sbin/modprobe --ignore-install dccp", "net/dccp/dccp", "", Outcome.Fail)]
    [InlineData("# install dccp /bin/true", "net/dccp/dccp", "", Outcome.Fail)]
    [InlineData("install dccp /bin/true", "net/dccp/dccp", "dccp 16384 0 - Live 0x0", Outcome.Fail)]
    [InlineData("", "fs/nfs/nfs", "nfs 16384 0 - Live 0x0", Outcome.Pass)]
    public void A_module_is_blocked_when_nothing_loads_it(string settings, string modules, string loaded, Outcome expected) =>
        Assert.Equal(expected, SoftwareCases.Kernel(new PreparedRoot(), modules.Split(' ')).File("/etc/modprobe.d/x.conf", settings + "\n").File("/proc/modules", loaded + "\n").Live().Look(new UnusedProtocols()).Outcome);

    [Fact]
    public void What_is_built_in_cannot_be_blocked_and_a_container_loads_nothing()
    {
        var root = SoftwareCases.Kernel(new PreparedRoot(), "fs/ext4/ext4").File("/lib/modules/6.1.0-1/modules.builtin", "kernel/fs/udf/udf.ko\n");
        Assert.Equal(Outcome.Fail, root.Look(new UnusedFilesystems()).Outcome);
        Assert.Equal(Outcome.NotApplicable, new PreparedRoot().Look(new UnusedFilesystems()).Outcome);
        // A kernel that does not say what it has may have it.
        Assert.Equal(Outcome.Fail, new PreparedRoot().Folder("/lib/modules/6.1.0-1").Look(new UnusedFilesystems()).Outcome);
    }

    [Fact]
    public void A_file_that_hides_another_of_its_name_is_the_one_that_counts()
    {
        var root = SoftwareCases.Kernel(new PreparedRoot(), "net/dccp/dccp").File("/lib/modprobe.d/a.conf", "install dccp /bin/false\n");
        Assert.Equal(Outcome.Pass, root.Look(new UnusedProtocols()).Outcome);
        Assert.Equal(Outcome.Fail, root.File("/etc/modprobe.d/a.conf", "").Look(new UnusedProtocols()).Outcome);
    }

    [Fact]
    public void Programs_with_foreign_rights_are_worst_where_users_write()
    {
        Assert.Equal(Outcome.Fail, new PreparedRoot().Says(SoftwareCases.Find, "/tmp/su\n").Look(new SetuidPrograms()).Outcome);
        Assert.Equal(Outcome.Warning, new PreparedRoot().Says(SoftwareCases.Find, "/opt/su\n").Look(new SetuidPrograms()).Outcome);
        Assert.Throws<CannotLookException>(() => new PreparedRoot().Says(SoftwareCases.Find, "/usr/bin/su\n", 1, "find: ‘/root’: Permission denied\n").Look(new SetuidPrograms()));
        Assert.Equal(Outcome.Pass, new PreparedRoot().Says(SoftwareCases.Find, "/usr/bin/su\n", 1, "find: ‘/x’: No such file or directory\n").Look(new SetuidPrograms()).Outcome);
        Assert.Throws<CannotLookException>(() => new PreparedRoot().Look(new SetuidPrograms()));
    }

    [Fact]
    public void Other_disks_on_which_the_bits_count_are_looked_at_too()
    {
        var root = new PreparedRoot().File("/proc/mounts", "/dev/a / ext4 rw 0 0\n/dev/b /opt ext4 rw 0 0\n/dev/c /home xfs rw,nosuid 0 0\nproc /proc proc rw 0 0\n").Folder("/opt").Folder("/home").Says("find / /opt -xdev -perm /6000 -type f", "/opt/x\n");
        Assert.Equal(Outcome.Warning, root.Look(new SetuidPrograms()).Outcome);
    }

    [Fact]
    public void A_list_that_others_write_is_none()
    {
        Assert.Equal(Outcome.Fail, new PreparedRoot().File("/usr/bin/crontab", "").File("/etc/cron.allow", "", 0x1B4).Look(new CronAllowList()).Outcome);
        Assert.Equal(Outcome.Fail, new PreparedRoot().File("/usr/bin/crontab", "").File("/etc/cron.allow", "", 0x1A0, 1000).Look(new CronAllowList()).Outcome);
        Assert.Equal(Outcome.NotApplicable, new PreparedRoot().File("/usr/bin/ls", "").Look(new CronAllowList()).Outcome);
        Assert.Throws<CannotLookException>(() => new PreparedRoot().Look(new CronAllowList()));
    }

    [Fact]
    public void Nothing_that_others_need_to_run_counts_as_a_compiler()
    {
        Assert.Equal(Outcome.Pass, new PreparedRoot().Installed("gcc-12-base").Installed("libgcc-12-dev").Installed("cpp-12").Installed("golang-docker-credential-helpers").Look(new Compilers()).Outcome);
        Assert.Equal("installed: clang-14, g++, golang-1.19-go, tcc", new PreparedRoot().Installed("clang-14").Installed("g++").Installed("golang-1.19-go").Installed("tcc").Look(new Compilers()).Found);
    }
}
