using System.Globalization;
using Xunit;

namespace Garita.EndToEnd.Wall;

/// <summary>The ruleset with real traffic between namespaces.</summary>
public sealed class WallTrafficTests : WallScene
{
    private static readonly (string What, string Reason)[] BadClasses =
    [
        ("null", "badflags"), ("xmas", "badflags"), ("syn-fin", "badflags"), ("small-mss", "badflags"), ("source-port-0", "badflags"),
        ("stray-ack", "invalid"), ("fragment", "frag"), ("another's-source", "spoof"), ("our-source", "spoof"), ("loopback-source", "spoof"),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_passes_and_each_bad_packet_is_dropped_and_counted_under_its_reason(bool isV6)
    {
        var backend = await Net.StartPeerAsync("backend", "ready", "backend", Namespaces.Backend);
        await ServeInsideAsync();
        await ApplyAsync();
        await AssertMailPassesAsync(Namespaces.Pair(isV6).Gateway, "before", backend.StandardOutput);
        Assert.True(await CountAsync("accept") > 0);
        var (gateway, attacker) = Namespaces.Hostile(isV6);
        // Neighbours are known before anything is forged.
        await Net.PeerAsync("attacker", "connect", gateway, "25");
        // RFC 4291 §2.5.3: of IPv6 the kernel drops that before any hook.
        foreach (var (what, reason) in BadClasses.Where(bad => !isV6 || bad.What is not "loopback-source"))
        {
            var before = await CountAsync(reason);
            var (code, text) = await Net.PeerAsync("attacker", "packets", what, "eth0", await Net.MacAsync("attacker"), gateway, Namespaces.Pair(isV6).Client, attacker);
            Assert.True(code == 0, text);
            var counted = await CountAsync(reason) - before;
            Assert.True(counted == 5, string.Create(CultureInfo.InvariantCulture, $"{what}: {counted} of 5 counted as {reason}"));
        }

        await AssertMailPassesAsync(Namespaces.Pair(isV6).Gateway, "after", backend.StandardOutput);
    }

    /// <summary>Sources that no packet from outside can have, where nothing else stops them: neither routes nor the kernel's own checks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_cannot_be_ends_at_our_rule_and_is_counted_there(bool isV6)
    {
        (string Source, bool IsForUs)[] sources = isV6
            // RFC 4291 §2.5.3, §2.7: loopback and groups the kernel drops before any hook.
            ? [("::", true), ("fd77:1::1", true), ("fd77::1", true), ("::1", false), ("::ffff:10.77.0.2", true), ("ff02::1", false)]
            : [("0.0.0.0", true), ("0.1.2.3", true), ("127.0.0.1", true), ("127.9.9.9", true), ("224.0.0.1", true), ("239.255.255.250", true), ("240.0.0.1", true), ("255.255.255.255", true), ("10.77.1.1", true), ("10.77.0.1", true)];
        string[] open = [.. ((string[])["all", "to-attacker"]).SelectMany(static link => (string[])[$"net.ipv4.conf.{link}.rp_filter=0", $"net.ipv4.conf.{link}.accept_local=1", $"net.ipv4.conf.{link}.route_localnet=1"])];
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", .. open]);
        await WriteAsync("reverse_path = \"off\"");
        await ApplyAsync();
        // What comes to the first hook, and what gets past our rule.
        await File.WriteAllTextAsync(Path.Combine(Folder, "watch.nft"), """
            table inet watch {
              counter came { }
              counter past { }
              chain before { type filter hook prerouting priority -460; iifname "to-attacker" tcp dport 25 counter name came; }
              chain behind { type filter hook prerouting priority -290; iifname "to-attacker" tcp dport 25 counter name past; }
            }
            """);
        await Net.NftAsync("-f", Path.Combine(Folder, "watch.nft"));
        var (gateway, attacker) = Namespaces.Hostile(isV6);
        var mac = await Net.MacAsync("attacker");
        foreach (var (source, isForUs) in sources)
        {
            var counted = await CountAsync("spoof");
            var (code, text) = await Net.PeerAsync("attacker", "syns", "eth0", mac, gateway, "5", source);
            Assert.True(code == 0, text);
            Assert.Equal((source, isForUs ? 5 : 0, 0, isForUs ? 5 : 0), (source, await WatchedAsync("came"), await WatchedAsync("past"), await CountAsync("spoof") - counted));
        }

        // And those that can be do get past it.
        await Net.PeerAsync("attacker", "syns", "eth0", mac, gateway, "5", attacker);
        Assert.True(await WatchedAsync("past") >= 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forged_SYNs_lock_nobody_out_and_with_cookies_leave_nothing_behind(bool isV6)
    {
        const string Forged = "15000";
        await WriteAsync(limits: "connections_per_minute = 10");
        var backend = await Net.StartPeerAsync("backend", "ready", "backend", Namespaces.Backend);
        await ServeInsideAsync();
        await ApplyAsync();
        var (gateway, attacker) = Namespaces.Hostile(isV6);
        var mac = await Net.MacAsync("attacker");
        await Net.PeerAsync("attacker", "connect", gateway, "25");

        // In somebody's name, many times over each limit: he still gets in.
        await Net.PeerAsync("attacker", "syns", "eth0", mac, gateway, "500", attacker);
        var (code, text) = await Net.PeerAsync("attacker", "connections", gateway, "2", attacker);
        Assert.True(code == 0 && text.Contains("greeted 2", StringComparison.Ordinal), text);

        (code, text) = await GaritaAsync("wall", "flood", "on");
        Assert.Equal(1, code);
        Assert.Contains("sysctl -w net.netfilter.nf_conntrack_tcp_loose=0", text, StringComparison.Ordinal);
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", "net.netfilter.nf_conntrack_tcp_loose=0", "net.ipv4.tcp_syncookies=1", "net.ipv4.tcp_timestamps=1"]);
        (code, text) = await GaritaAsync("wall", "flood", "on");
        Assert.True(code == 0, text);
        // What was forged before goes; the gateway's connection to its mail server, older than the ruleset, is kept.
        await Net.RunAsync("gateway", ["/usr/sbin/conntrack", "-D", "-f", isV6 ? "ipv6" : "ipv4", "-s", attacker]);
        (code, text) = await Net.PeerAsync("attacker", "syns", "eth0", mac, gateway, Forged);
        Assert.True(code == 0, text);
        Assert.True(await CountAsync("synproxy") >= 10_000);
        var kept = int.Parse((await Net.RunAsync("gateway", ["/usr/sbin/conntrack", "-C"])).Text.Trim(), CultureInfo.InvariantCulture);
        Assert.InRange(kept, 0, 200);
        await AssertMailPassesAsync(Namespaces.Pair(isV6).Gateway, "flooded", backend.StandardOutput);

        var status = await StatusAsync();
        Assert.True(status.GetProperty("flood").GetBoolean());
        Assert.False(status.GetProperty("kernel_drift").GetBoolean());
        (code, text) = await GaritaAsync("wall", "flood", "off");
        Assert.True(code == 0, text);
        Assert.False((await StatusAsync()).GetProperty("flood").GetBoolean());
        await AssertMailPassesAsync(Namespaces.Pair(isV6).Gateway, "calm", backend.StandardOutput);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_completes_too_many_handshakes_is_reset_and_who_has_too_many_at_once_behind_cookies(bool isV6)
    {
        await WriteAsync(limits: "connections_per_minute = 10");
        await ServeInsideAsync();
        await ApplyAsync();
        var (gateway, _) = Namespaces.Hostile(isV6);
        var (code, text) = await Net.PeerAsync("attacker", "connections", gateway, "30", "");
        Assert.True(await CountAsync("rate") > 0 && !text.Contains("greeted 0", StringComparison.Ordinal), $"{code} {text}");

        await WriteAsync(limits: "connections_per_minute = 0", wall: "flood = \"on\"");
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", "net.netfilter.nf_conntrack_tcp_loose=0"]);
        await ApplyAsync();
        (code, text) = await Net.PeerAsync("attacker", "connections", gateway, "20", "");
        Assert.True(await CountAsync("conn") > 0 && !text.Contains("greeted 0", StringComparison.Ordinal), $"{code} {text}");
    }

    /// <summary>Packets that a counter of the test's own has seen since this was asked last.</summary>
    private async Task<long> WatchedAsync(string counter)
    {
        var words = (await Net.NftAsync("reset", "counter", "inet", "watch", counter)).Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[Array.IndexOf(words, "packets") + 1], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_gateways_user_gets_to_its_mail_server_alone_and_others_everywhere()
    {
        await Net.StartPeerAsync("backend", "ready", "backend", Namespaces.Backend);
        await Net.StartPeerAsync("client", "ready", "echo", "10.77.0.2", "25");
        await ApplyAsync();
        Task<(int Code, string Text)> As(string user, string address) => Net.RunAsync("gateway", ["/usr/bin/setpriv", "--reuid", user, "--clear-groups", "/usr/bin/python3", "-c", $"import socket; socket.create_connection((\"{address}\", 25), 3)"]);
        Assert.Equal(0, (await As("65534", Namespaces.Backend)).Code);
        Assert.NotEqual(0, (await As("65534", "10.77.0.2")).Code);
        Assert.Equal(1, await CountAsync("egress"));
        Assert.Equal(0, (await As("0", "10.77.0.2")).Code);
    }
}
