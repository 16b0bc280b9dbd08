using Garita.Hardening.Firewall;

namespace Garita.Hardening.Tests.Firewall;

internal static class FirewallCases
{
    public const string Ruleset = "nft -j -t list ruleset";
    public const string Sockets = "ss -Hlntup";
    public const string Reloaded = "unshare --net sh -c nft -f /etc/nftables.conf && nft -j -t list ruleset";
    private const string OpenSockets = "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=1,fd=3))\ntcp LISTEN 0 100 [::]:25 [::]:* users:((\"master\",pid=2,fd=3))\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new OneFirewallManager(), root => Enabled(root, "nftables.service"), root => Enabled(Enabled(root, "nftables.service"), "firewalld.service")),
        new(new InputIPv4(), Guarded, root => root.Says(Ruleset, Nft.Ruleset("ip6", "drop", Nft.Loopback))),
        new(new InputIPv6(), Guarded, root => root.Says(Ruleset, Nft.Ruleset("ip", "drop", Nft.Loopback)).File("/proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n")),
        new(new LoopbackAccepted(), Guarded, root => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Port(25)))),
        new(new ListenersCovered(), root => { Guarded(root); root.Says(Sockets, OpenSockets); }, root => root.Says(Ruleset, Nft.Ruleset("ip", "drop", Nft.Port(25))).Says(Sockets, OpenSockets)),
        new(new FirewallAtBoot(),
            root => Enabled(root, "nftables.service").File("/etc/nftables.conf", "include \"/etc/nftables.d/*.nft\"\n").File("/etc/nftables.d/a.nft", "table inet f { chain i { type filter hook input priority 0; policy drop; } }\n"),
            root => Enabled(root, "nftables.service").File("/etc/nftables.conf", "flush ruleset\n# type filter hook input\n")),
        new(new DiskEqualsKernel(),
            root => Enabled(root, "nftables.service").File("/etc/nftables.conf", "table inet filter {}").Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Counted(7))).Says(Reloaded, Nft.Ruleset("inet", "drop", Nft.Counted(0))),
            root => Enabled(root, "nftables.service").File("/etc/nftables.conf", "table inet filter {}").Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Port(25), Nft.Port(3306))).Says(Reloaded, Nft.Ruleset("inet", "drop", Nft.Port(25)))),
        new(new FirewallLogging(), Guarded, root => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Loopback))),
        new(new SshFromListedNetworks(),
            root => { Guarded(root); root.File("/etc/ssh/sshd_config", ""); },
            root => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Port(22))).File("/etc/ssh/sshd_config", "")),
        new(new BackendClosed(),
            root => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.PortFrom(25, "192.0.2.10"))).Says(Sockets, OpenSockets),
            root => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Port(25))).Says(Sockets, OpenSockets)),
        Kernel(new ReversePathFilter(), "net.ipv4.conf.*.rp_filter", "1", "0"),
        Kernel(new RedirectsIgnored(), "net.*.conf.*.accept_redirects", "0", "1"),
        Kernel(new SecureRedirectsIgnored(), "net.ipv4.conf.*.secure_redirects", "0", "1"),
        Kernel(new RedirectsNotSent(), "net.ipv4.conf.*.send_redirects", "0", "1"),
        Kernel(new SourceRoutesRefused(), "net.*.conf.*.accept_source_route", "0", "1"),
        Kernel(new SynCookies(), "net.ipv4.tcp_syncookies", "1", "0"),
        Kernel(new MartiansLogged(), "net.ipv4.conf.*.log_martians", "1", "0"),
        Kernel(new BroadcastsIgnored(), "net.ipv4.icmp_echo_ignore_broadcasts", "1", "0"),
        Kernel(new BogusErrorsIgnored(), "net.ipv4.icmp_ignore_bogus_error_responses", "1", "0"),
        Kernel(new RouterAdvertisements(), "net.ipv6.conf.*.accept_ra", "0", "1"),
        new(new ForwardingOff(), root => root.Kernel("net.ipv4.ip_forward", "0").Kernel("net.ipv6.conf.all.forwarding", "0"), root => root.Kernel("net.ipv4.ip_forward", "1").Kernel("net.ipv6.conf.all.forwarding", "0")),
    ];

    public static PreparedRoot Enabled(PreparedRoot root, string unit) => root.File("/lib/systemd/system/" + unit, "[Unit]\n").Link("/etc/systemd/system/sysinit.target.wants/" + unit, "/lib/systemd/system/" + unit);

    /// <summary>A host that lets mail in, and SSH from one address.</summary>
    public static void Guarded(PreparedRoot root) => root.Says(Ruleset, Nft.Ruleset("inet", "drop", Nft.Loopback, Nft.Established, Nft.Port(25), Nft.PortFrom(22, "192.0.2.1"), Nft.PortFrom(22, "@admins"), Nft.Log));

    /// <summary>A star is IPv4 and IPv6, or all and default.</summary>
    private static CheckCase Kernel(Check check, string name, string good, string bad)
    {
        Action<PreparedRoot> Set(string value) => root =>
        {
            foreach (var family in name.Contains("net.*", StringComparison.Ordinal) ? new[] { "ipv4", "ipv6" } : [""])
            {
                foreach (var which in new[] { "all", "default" })
                    root.Kernel(name.Replace("net.*", "net." + family, StringComparison.Ordinal).Replace("*", which, StringComparison.Ordinal), value);
            }
        };
        return new CheckCase(check, Set(good), Set(bad));
    }
}
