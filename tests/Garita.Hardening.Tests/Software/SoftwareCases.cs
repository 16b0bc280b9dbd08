using Garita.Hardening.Software;

namespace Garita.Hardening.Tests.Software;

internal static class SoftwareCases
{
    public const string Find = "find / -xdev -perm /6000 -type f";
    public const string Sockets = "ss -Hlntup";
    public const string Exposure = "systemd-analyze security --no-pager --json=short";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new ListeningSockets(),
            root => root.Says(Sockets, """
                tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=1,fd=3))
                tcp   LISTEN 0      100             [::]:25            [::]:*    users:(("master",pid=2,fd=3))
                udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=3,fd=3))
                tcp   LISTEN 0      100            [::1]:8025          [::]:*
                """),
            root => root.Says(Sockets, "tcp LISTEN 0 100 *:3306 *:* users:((\"mysqld\",pid=7,fd=3))\n")),
        Absent(new AvahiAbsent(), "avahi-daemon"),
        Absent(new CupsAbsent(), "cups-daemon"),
        Absent(new NfsServerAbsent(), "nfs-kernel-server"),
        Absent(new RpcbindAbsent(), "rpcbind"),
        Absent(new SambaAbsent(), "samba"),
        Absent(new SnmpAbsent(), "snmpd"),
        Absent(new TftpServerAbsent(), "tftpd-hpa"),
        Absent(new FtpServerAbsent(), "proftpd-core"),
        Absent(new TelnetServerAbsent(), "inetutils-telnetd"),
        Absent(new XServerAbsent(), "xserver-xorg-core"),
        Absent(new TelnetClientAbsent(), "telnet"),
        Absent(new RshClientAbsent(), "rsh-client"),
        Absent(new NisAbsent(), "nis"),
        Absent(new FtpClientAbsent(), "tnftp"),
        new(new OneMailServer(), root => root.File("/usr/sbin/postfix", "", 0x1ED), root => root.File("/usr/sbin/postfix", "", 0x1ED).File("/usr/sbin/exim4", "", 0x9ED)),
        new(new Compilers(), root => root.Installed("gcc-12-base").Installed("libgcc-s1").Installed("gccwrapper"), root => root.Installed("gcc-12-base").Installed("gcc-12")),
        new(new UnusedFilesystems(),
            root => Kernel(root, "fs/cramfs/cramfs", "fs/ext4/ext4").File("/etc/modprobe.d/a.conf", "install cramfs /bin/false\nblacklist cramfs\n"),
            root => Kernel(root, "fs/cramfs/cramfs").File("/etc/modprobe.d/a.conf", "blacklist cramfs\n")),
        new(new UnusedProtocols(), root => Kernel(root, "net/ipv4/tcp_bbr"), root => Kernel(root, "net/dccp/dccp", "net/sctp/sctp")),
        new(new SetuidPrograms(),
            root => root.Says(Find, "/usr/bin/su\n/usr/bin/sudo\n/usr/sbin/postdrop\n/opt/backup/run\n").File("/etc/garita/allowed", "# ours\nsetuid /opt/backup/run\n"),
            root => root.Says(Find, "/usr/bin/su\n/opt/backup/run\n")),
        new(new CronAllowList(),
            root => root.File("/usr/bin/crontab", "", 0x5ED).File("/etc/cron.allow", "root\n", 0x1A0),
            root => root.File("/usr/bin/crontab", "", 0x5ED).File("/etc/cron.deny", "\n")),
        new(new UnitExposure(),
            root => root.Says(Exposure, """[{"unit":"cron.service","exposure":"9.6"},{"unit":"garita.service","exposure":"1.2"},{"unit":"postfix@-.service","exposure":7.5}]"""),
            root => root.Says(Exposure, """[{"unit":"garita.service","exposure":"9.6"}]""")),
    ];

    public static PreparedRoot Kernel(PreparedRoot root, params string[] modules) =>
        root.File("/lib/modules/6.1.0-1/modules.dep", string.Concat(modules.Select(static name => $"kernel/{name}.ko.xz: kernel/x.ko.xz\n"))).File("/lib/modules/6.1.0-1/modules.builtin", "kernel/fs/nfs/nfs.ko\n");

    private static CheckCase Absent(Check check, string package) => new(check, static root => root.Installed("libc6"), root => root.Installed("libc6").Installed(package));
}
