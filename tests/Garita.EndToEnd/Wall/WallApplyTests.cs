using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.EndToEnd.Wall;

/// <summary>Loading the ruleset, and all the ways back from it.</summary>
public sealed class WallApplyTests : WallScene
{
    private const string Others = "table ip others {\n\tchain c {\n\t\ttcp dport 1 drop\n\t}\n}\n";

    [Fact]
    public async Task Without_confirmation_it_goes_back_and_bans_stay()
    {
        await ApplyAsync();
        var former = await ShapeAsync();
        await WriteAsync("open = [\"tcp/8080\"]\nlog_per_second = 0");
        var (code, text) = await GaritaAsync("wall", "apply", "--yes", "--back-after", "2 s");
        Assert.True(code == 0, text);
        Assert.Contains("+     tcp dport 8080 accept", text, StringComparison.Ordinal);
        Assert.NotEqual(former, await ShapeAsync(), StringComparer.Ordinal);
        // Whoever was banned while it was tried stays banned.
        await Net.NftAsync("add", "element", "inet", "garita", "ban32", "{ 192.0.2.7 }");
        await UntilAsync(ShapeAsync, shape => string.Equals(shape, former, StringComparison.Ordinal), "the former ruleset");
        Assert.Contains("192.0.2.7", await Net.NftAsync("list", "set", "inet", "garita", "ban32"), StringComparison.Ordinal);
        (code, text) = await GaritaAsync("wall", "confirm", "--same-login");
        Assert.Equal(1, code);
        Assert.Contains("it went back at", text, StringComparison.Ordinal);
        Assert.Contains("went back", (await StatusAsync()).GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_one_leaves_nothing_when_it_goes_back_and_others_tables_are_left_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "others.nft"), Others);
        await Net.NftAsync("-f", Path.Combine(Folder, "others.nft"));
        var (code, text) = await GaritaAsync("wall", "apply", "--yes", "--back-after", "2 s");
        Assert.True(code == 0, text);
        Assert.Contains("table inet garita", await Net.NftAsync("list", "tables"), StringComparison.Ordinal);
        Assert.Equal(Others, await Net.NftAsync("list", "table", "ip", "others"));
        await UntilAsync(() => Net.NftAsync("list", "ruleset"), static ruleset => string.Equals(ruleset, Others, StringComparison.Ordinal));
        await GoneAsync();
    }

    [Fact]
    public async Task A_process_that_was_killed_while_it_waited_is_told_and_gone_back_by_hand()
    {
        var (code, text) = await GaritaAsync("wall", "apply", "--yes", "--back-after", "5 min");
        Assert.True(code == 0, text);
        Assert.False((await StatusAsync()).GetProperty("way_back_lost").GetBoolean());
        using (var waiter = Process.GetProcessById(Waiter()))
            waiter.Kill();
        await UntilAsync(StatusAsync, static status => status.GetProperty("way_back_lost").GetBoolean());
        (code, text) = await GaritaAsync("wall", "apply", "--yes");
        Assert.Equal(1, code);
        Assert.Contains("the process that would go back was killed", text, StringComparison.Ordinal);
        (code, text) = await GaritaAsync("wall", "back");
        Assert.True(code == 0, text);
        Assert.Equal("", await Net.NftAsync("list", "ruleset"));
        Assert.False((await StatusAsync()).GetProperty("way_back_lost").GetBoolean());
    }

    [Fact]
    public async Task The_login_that_applied_does_not_confirm_and_another_one_does()
    {
        const string First = "10.77.0.2 50000 10.77.0.1 22";
        var (code, text) = await GaritaAsync(First, ["wall", "apply", "--yes", "--back-after", "5 min", "--persist"]);
        Assert.True(code == 0, text);
        (code, text) = await GaritaAsync(First, ["wall", "confirm"]);
        Assert.Equal(1, code);
        Assert.Contains("--same-login", text, StringComparison.Ordinal);
        (code, text) = await GaritaAsync(First, ["wall", "apply", "--yes"]);
        Assert.Equal(1, code);
        Assert.Contains("waits to be confirmed", text, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder, "wall.nft")), "written for boot before it was confirmed");
        (code, text) = await GaritaAsync("10.77.0.2 50001 10.77.0.1 22", ["wall", "confirm"]);
        Assert.True(code == 0, text);
        // What is loaded at boot makes the same ruleset.
        var shape = await ShapeAsync();
        await Net.NftAsync("flush", "ruleset");
        await Net.NftAsync("-f", Path.Combine(Folder, "wall.nft"));
        Assert.Equal(shape, await ShapeAsync());
    }

    [Fact]
    public async Task A_session_that_would_be_cut_is_not_and_one_that_is_let_in_goes_on()
    {
        foreach (var (ssh, why) in ((string, string)[])[("10.77.1.2 50000 10.77.1.1 22", "which is in none of"), ("10.77.0.2 50000 10.77.0.1 2222", "expected in wall.ssh_ports")])
        {
            var (refused, said) = await GaritaAsync(ssh, ["wall", "apply", "--yes"]);
            Assert.Equal(1, refused);
            Assert.Contains(why, said, StringComparison.Ordinal);
        }

        Assert.Equal("", await Net.NftAsync("list", "ruleset"));
        await Net.StartPeerAsync("gateway", "ready", "echo", "0.0.0.0", "22");
        var session = await Net.StartPeerAsync("client", "connected", "hold", "10.77.0.1", "22");
        await ApplyAsync();
        await session.StandardInput.WriteLineAsync("still here");
        await session.StandardInput.FlushAsync();
        Assert.Equal("echo still here", await session.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, (await Net.PeerAsync("client", "connect", "10.77.0.1", "22")).Code);
        Assert.NotEqual(0, (await Net.PeerAsync("attacker", "connect", "10.77.1.1", "22")).Code);
    }

    /// <summary>Connection tracking begins with the first ruleset; with loose = 0 it never learns of connections that are older.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Mail_that_is_half_sent_when_the_first_ruleset_is_loaded_ends_well_and_a_stray_packet_does_not_come_in(string loose)
    {
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", "net.netfilter.nf_conntrack_tcp_loose=" + loose]);
        var backend = await Net.StartPeerAsync("backend", "ready", "backend", Namespaces.Backend);
        await ServeInsideAsync();
        var fourth = await Net.StartPeerAsync("attacker", "half", "half", Namespaces.Hostile(isV6: false).Gateway, "fourth");
        var sixth = await Net.StartPeerAsync("attacker", "half", "half", Namespaces.Hostile(isV6: true).Gateway, "sixth");
        await ApplyAsync();
        Assert.Contains("10.77.1.2 . ", await Net.NftAsync("list", "set", "inet", "garita", "going4"), StringComparison.Ordinal);
        foreach (var (isV6, client, subject) in new[] { (false, fourth, "fourth"), (true, sixth, "sixth") })
        {
            var before = await CountAsync("invalid");
            var (gateway, attacker) = Namespaces.Hostile(isV6);
            await Net.PeerAsync("attacker", "packets", "stray-ack", "eth0", await Net.MacAsync("attacker"), gateway, Namespaces.Pair(isV6).Client, attacker);
            Assert.Equal(before + 5, await CountAsync("invalid"));
            await client.StandardInput.WriteLineAsync("go on");
            await client.StandardInput.FlushAsync();
            foreach (var expected in (string[])["250", "quit"])
                Assert.Equal(expected, await client.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal("Subject: " + subject, await backend.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            // None of it was even late.
            Assert.Equal(before + 5, await CountAsync("invalid"));
        }

        Assert.Equal(0, await CountAsync("egress"));
    }

    [Fact]
    public async Task A_broken_ruleset_changes_nothing_and_a_changed_kernel_is_seen()
    {
        await ApplyAsync();
        var before = await ShapeAsync();
        var broken = (await GaritaAsync("wall", "render")).Text.Replace("counter name c_accept accept", "counter name c_nowhere accept", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Folder, "broken.nft"), broken);
        Assert.NotEqual(0, (await Net.RunAsync("gateway", ["/usr/sbin/nft", "-f", Path.Combine(Folder, "broken.nft")])).Code);
        Assert.Equal(before, await ShapeAsync());
        Assert.False((await StatusAsync()).GetProperty("kernel_drift").GetBoolean());
        await Net.NftAsync("insert", "rule", "inet", "garita", "input", "tcp", "dport", "23", "accept");
        var status = await StatusAsync();
        Assert.True(status.GetProperty("kernel_drift").GetBoolean());
        Assert.False(status.GetProperty("settings_drift").GetBoolean());
        await WriteAsync("log_per_second = 1");
        Assert.True((await StatusAsync()).GetProperty("settings_drift").GetBoolean());
    }

    /// <summary>The process that waits: only that of this test has this test's folder.</summary>
    private int Waiter() => Directory.GetDirectories("/proc").Select(static path => Path.GetFileName(path)).Where(static name => name.All(char.IsAsciiDigit)).First(name =>
    {
        try
        {
            var words = File.ReadAllText($"/proc/{name}/cmdline").Split('\0');
            return words.Contains("way-back", StringComparer.Ordinal) && words.Any(word => word.StartsWith(Folder, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }) is { } found ? int.Parse(found, CultureInfo.InvariantCulture) : 0;

    /// <summary>The table without what changes by itself; the kernel lists sets in another order each time.</summary>
    private async Task<string> ShapeAsync() =>
        Regex.Replace(await Net.NftAsync("-t", "-s", "list", "table", "inet", "garita"), @"\{ (?<all>[^{}\n]*) \}", static match => string.Join(", ", match.Groups["all"].Value.Split(", ").Order(StringComparer.Ordinal)), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
