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

    /// <summary>The table without what changes by itself; the kernel lists sets in another order each time.</summary>
    private async Task<string> ShapeAsync() =>
        Regex.Replace(await Net.NftAsync("-t", "-s", "list", "table", "inet", "garita"), @"\{ (?<all>[^{}\n]*) \}", static match => string.Join(", ", match.Groups["all"].Value.Split(", ").Order(StringComparer.Ordinal)), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
