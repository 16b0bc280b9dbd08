using Garita.Hardening;
using Garita.Hardening.Firewall;
using Garita.Hardening.Host;
using Xunit;

namespace Garita.EndToEnd.Hardening;

/// <summary>The checks of the packet filter ask a real kernel, in a network namespace of the test's own.</summary>
public sealed class PacketFilterOfKernelTests
{
    private const string Wall = """
        table inet wall {
          set admins { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 } }
          set seen { type ipv4_addr; size 1024; flags dynamic, timeout; timeout 1m; }
          chain sanity {
            fib saddr . iif oif missing drop
            tcp flags & (fin|syn|rst|psh|ack|urg) != { syn, syn|ack, ack, ack|psh, fin|ack, rst, rst|ack } drop
            tcp flags & (fin|syn|rst|ack) == syn tcp option maxseg size 1-535 drop
          }
          chain mail {
            update @seen { ip saddr limit rate over 100/minute } drop
            accept
          }
          chain input {
            type filter hook input priority filter; policy drop;
            iif lo fib saddr type local accept
            jump sanity
            ct state vmap { invalid : drop, established : accept, related : accept }
            tcp dport { 25, 465, 587 } ct state new tcp flags & (fin|syn|rst|ack) == syn goto mail
            tcp dport 22 ip saddr @admins accept
            meta l4proto ipv6-icmp accept
            limit rate 5/second log prefix "drop "
          }
        }
        """;

    [Fact]
    public async Task A_wall_passes_and_what_opens_it_does_not()
    {
        await using var host = await MakeAsync("wall");
        await host.DoAsync("nft", Wall);
        foreach (var check in new Check[] { new InputIPv4(), new InputIPv6(), new LoopbackAccepted(), new FirewallLogging(), new SshFromListedNetworks() })
            Assert.Equal((check.Id, Outcome.Pass), (check.Id, Look(check, host).Outcome));
        Assert.Equal(Likelihood.Yes, GetsIn(host, 25));
        Assert.Equal(Likelihood.No, GetsIn(host, 26));

        await host.DoAsync("nft", "add rule inet wall input meta nfproto ipv6 accept");
        Assert.Equal(Outcome.Pass, Look(new InputIPv4(), host).Outcome);
        Assert.Equal(Outcome.Fail, Look(new InputIPv6(), host).Outcome);
        await host.DoAsync("nft", "add rule inet wall input tcp dport 22 accept");
        Assert.Equal(Outcome.Fail, Look(new SshFromListedNetworks(), host).Outcome);
    }

    [Theory]
    [InlineData("iptables", "ip6tables")]
    [InlineData("iptables-legacy", "ip6tables-legacy")]
    public async Task Iptables_of_either_kind_is_seen(string v4, string v6)
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/" + v4), $"{v4} is not installed");
        await using var host = await MakeAsync("iptables");
        Assert.Equal(Outcome.Fail, Look(new InputIPv4(), host).Outcome);
        await GuardAsync(host, v4);
        if (v4.EndsWith("legacy", StringComparison.Ordinal))
            host.File("/proc/net/ip_tables_names", "filter\n");
        Assert.Equal(Outcome.Pass, Look(new InputIPv4(), host).Outcome);
        Assert.Equal(Outcome.Fail, Look(new InputIPv6(), host).Outcome);
        Assert.Equal(Likelihood.Yes, GetsIn(host, 465));
        await GuardAsync(host, v6);
        if (v4.EndsWith("legacy", StringComparison.Ordinal))
            host.File("/proc/net/ip6_tables_names", "filter\n");
        Assert.Equal(Outcome.Pass, Look(new InputIPv6(), host).Outcome);
    }

    private static async Task GuardAsync(NamespaceHost host, string iptables)
    {
        await host.DoAsync(iptables, "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        await host.DoAsync(iptables, "-A", "INPUT", "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT");
        await host.DoAsync(iptables, "-A", "INPUT", "-p", "tcp", "-m", "multiport", "--dports", "25,465", "-j", "ACCEPT");
        await host.DoAsync(iptables, "-P", "INPUT", "DROP");
    }

    private static async Task<NamespaceHost> MakeAsync(string purpose)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/nft"), "takes root and nftables: a network namespace is made");
        var host = await NamespaceHost.MakeAsync(purpose);
        return host.File("/etc/ssh/sshd_config", "");
    }

    private static Finding Look(Check check, NamespaceHost host) => check.Look(new View(host, new HostFacts(host, Roles.Postfix)));

    private static Likelihood GetsIn(NamespaceHost host, int port) => Garita.Hardening.Firewall.PacketFilter.Read(new View(host, new HostFacts(host, Roles.Postfix))).GetsIn(new Probe(IsV6: false, "tcp", port));
}
