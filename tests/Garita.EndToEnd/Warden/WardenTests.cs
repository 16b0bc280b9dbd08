using System.Net;
using System.Net.Sockets;
using Garita.Control;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.EndToEnd.Warden;

/// <summary>Gateway, warden and kernel, with real packets: a ban stops them, and whoever of the three goes and comes, the bans stay what they are.</summary>
public sealed class WardenTests : WardenScene
{
    [Fact]
    public async Task A_ban_of_the_gateway_stops_packets_in_the_kernel()
    {
        await LoadTableAsync();
        await using var warden = await WardenAsync();
        await using var gateway = await GatewayAsync();
        await gateway.WaitForLogAsync("the warden has all bans");
        Assert.StartsWith("220", await GreetingAsync(One), StringComparison.Ordinal);
        Assert.StartsWith("220", await GreetingAsync(Sixth), StringComparison.Ordinal);

        // 1. A ban, to the last packet that came through. 100 ms are promised; a busy machine gets more.
        using var control = new ControlClient(Path.Combine(gateway.Folder, "data"));
        var took = await UntilSilentAsync(One, () => BanAsync(control, One));
        TestContext.Current.TestOutputHelper?.WriteLine($"from the order to the last packet: {took.TotalMilliseconds:0.0} ms");
        Assert.True(took < TimeSpan.FromSeconds(1), $"{took.TotalMilliseconds} ms");
        Assert.Equal("silence", await GreetingAsync(One));
        Assert.StartsWith("220", await GreetingAsync(Two), StringComparison.Ordinal);

        // 2. Wider ones and IPv6: the neighbours stay.
        await BanAsync(control, "2001:db8:a:1::/64");
        await BanAsync(control, "198.51.100.12/31");
        Assert.Equal("silence", await GreetingAsync(Sixth));
        Assert.Equal("silence", await GreetingAsync(Two));
        Assert.Contains("198.51.100.13 ", await SetAsync("ban32"), StringComparison.Ordinal);
        var status = (await gateway.RunAsync("status")).Text;
        Assert.Contains("warden       3 networks in 4 elements, all in the kernel; flood auto, now off", await StatusAsync(gateway, "3 networks"), StringComparison.Ordinal);
        Assert.Contains("bans         3", status, StringComparison.Ordinal);

        // 3. Ended, they come in again.
        Assert.Equal(0, (await gateway.RunAsync("bans", "remove", One)).Code);
        await InKernelAsync("ban32", One, isThere: false);
        Assert.StartsWith("220", await GreetingAsync(One), StringComparison.Ordinal);
        Assert.Equal(0, (await gateway.RunAsync("bans", "clear", "--yes")).Code);
        await InKernelAsync("ban64", "2001:db8:a:1::", isThere: false);
        Assert.StartsWith("220", await GreetingAsync(Sixth), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_of_either_side_reconciles()
    {
        await LoadTableAsync();
        var warden = await WardenAsync();
        await using (var first = await GatewayAsync())
        {
            await first.WaitForLogAsync("the warden has all bans");
            Assert.Equal(0, (await first.RunAsync("bans", "add", One)).Code);
            await InKernelAsync("ban32", One);

            // 1. The warden is killed. The kernel keeps what it has; the gateway alone enforces what comes, and says so once.
            await warden.KillAsync();
            await first.WaitForLogAsync("is away, the gateway enforces bans alone");
            Assert.Equal("silence", await GreetingAsync(One));
            Assert.Equal(0, (await first.RunAsync("bans", "add", Two)).Code);
            Assert.Equal("reset", await GreetingAsync(Two));
            Assert.Contains("away, the gateway enforces bans alone", await StatusAsync(first, "away"), StringComparison.Ordinal);
            Assert.Equal(0, (await first.RunAsync("bans", "remove", One)).Code);

            // 2. Back, it has what the gateway has: one more, and one less.
            warden = await WardenAsync();
            await first.WaitForLogAsync("the warden has all bans", times: 2);
            Assert.Equal("silence", await GreetingAsync(Two));
            Assert.StartsWith("220", await GreetingAsync(One), StringComparison.Ordinal);
            Assert.Equal(1, first.Log.Split("is away, the gateway enforces").Length - 1);
        }

        // 3. Without the gateway the kernel goes on; what was banned behind its back goes when it is there again.
        Assert.Equal("silence", await GreetingAsync(Two));
        Assert.Equal(new DoneAnswer(1, 0, true), await AskAsync(new BanCommand([new WardenBan(IPNetwork.Parse("203.0.113.7/32"), TimeSpan.FromHours(1))])));
        await using var second = await GatewayAsync();
        await second.WaitForLogAsync("the warden has all bans");
        await InKernelAsync("ban32", "203.0.113.7", isThere: false);
        Assert.Equal("silence", await GreetingAsync(Two));

        // 4. The ruleset is loaded anew, with empty sets: filled within some beats.
        await Gateway.RunAsync("", "nft", "delete", "table", "inet", "garita");
        await UntilAsync(() => AskAsync(new StatusCommand()), static state => state is WardenState { HasTable: false });
        await LoadTableAsync();
        await InKernelAsync("ban32", Two);
        Assert.Equal("silence", await GreetingAsync(Two));
        Assert.DoesNotContain("error", warden.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_flushes_by_hand_is_put_right_and_said()
    {
        await LoadTableAsync();
        await using var warden = await WardenAsync();
        await using var gateway = await GatewayAsync();
        await gateway.WaitForLogAsync("the warden has all bans");
        Assert.Equal(0, (await gateway.RunAsync("bans", "add", One)).Code);
        Assert.Equal(0, (await gateway.RunAsync("bans", "add", "2001:db8:a:1::/64")).Code);
        await InKernelAsync("ban64", "2001:db8:a:1::");
        // Another table is nobody's matter, and neither are our own changes.
        await Gateway.RunAsync("", "nft", "add", "table", "inet", "others");
        await Gateway.RunAsync("", "nft", "flush", "set", "inet", "garita", "ban32");
        await Gateway.RunAsync("", "nft", "add", "element", "inet", "garita", "ban24", "{ 203.0.113.0 }");
        await InKernelAsync("ban32", One);
        await InKernelAsync("ban24", "203.0.113.0", isThere: false);
        Assert.Equal("silence", await GreetingAsync(One));
        Assert.Contains("somebody else changed the bans in the kernel (1 missing", warden.Log, StringComparison.Ordinal);
        var mended = Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).Mended;
        Assert.InRange(mended, 1, 2);
        var status = RunningGateway.Command("wall", "status", "--config", gateway.SettingsFile);
        Assert.Contains("note: somebody else changed the bans in the kernel", await Gateway.RunAsync("", [status.FileName, .. status.ArgumentList]), StringComparison.Ordinal);
        Assert.Equal(0, (await gateway.RunAsync("bans", "remove", One)).Code);
        await InKernelAsync("ban32", One, isThere: false);
        Assert.Equal(0, (await gateway.RunAsync("bans", "add", One)).Code);
        await InKernelAsync("ban32", One);
        Assert.Equal(mended, Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).Mended);
    }

    [Fact]
    public async Task A_ban_ends_by_itself_and_is_renewed_and_shortened()
    {
        await LoadTableAsync();
        await using var warden = await WardenAsync();
        async Task ForAsync(int seconds) => Assert.Equal(new DoneAnswer(1, 0, true), await AskAsync(new BanCommand([new WardenBan(IPNetwork.Parse(One + "/32"), TimeSpan.FromSeconds(seconds))])));
        await ForAsync(2);
        var begun = TimeProvider.System.GetTimestamp();
        await InKernelAsync("ban32", One);
        await InKernelAsync("ban32", One, isThere: false);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(8));

        // Renewed: the kernel's time is the new one, in both directions.
        await ForAsync(10);
        await ForAsync(1000);
        Assert.Matches(One + @" .*timeout 16m40s", await SetAsync("ban32"));
        await ForAsync(100);
        Assert.Matches(One + @" .*timeout 1m40s", await SetAsync("ban32"));
    }

    [Fact]
    public async Task The_warden_refuses_whom_it_must_and_works_with_the_program_too()
    {
        await LoadTableAsync();
        var file = Path.Combine(Folder, "never");
        await File.WriteAllTextAsync(file, $"# administrators\n{Two}\n");
        await using var warden = await WardenAsync("--program", "--never", file);
        // The machine's own address, loopback, an administrator, too wide; and one that is taken.
        var answer = await AskAsync(new BanCommand([.. ((string[])["192.0.2.1/32", "127.0.0.1/32", Two + "/32", "198.0.0.0/8", One + "/32"]).Select(static one => new WardenBan(IPNetwork.Parse(one), TimeSpan.FromHours(1)))]));
        Assert.Equal(new DoneAnswer(1, 4, true), answer);
        Assert.Contains(One + " ", await SetAsync("ban32"), StringComparison.Ordinal);
        Assert.DoesNotContain(Two + " ", await SetAsync("ban32"), StringComparison.Ordinal);
        Assert.False(Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).UsesLibrary);
    }

    [Fact]
    public async Task A_table_that_is_missing_is_said_and_flood_rules_come_and_go()
    {
        await using var warden = await WardenAsync();
        Assert.False(Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).HasTable);
        Assert.Contains("garita wall apply loads the ruleset", warden.Log, StringComparison.Ordinal);
        await LoadTableAsync();
        await using var gateway = await GatewayAsync();
        await UntilAsync(() => AskAsync(new StatusCommand()), static state => state is WardenState { HasTable: true });

        // 1. Where the kernel would turn real clients away, it is not turned on.
        await Gateway.RunAsync("", "sysctl", "-q", "-w", "net.netfilter.nf_conntrack_tcp_loose=1");
        await AskAsync(new FloodCommand(FloodMode.On));
        Assert.Contains("tcp_loose=0", Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).Problem, StringComparison.Ordinal);

        // 2. On: real clients come through, and what they send is counted.
        await Gateway.RunAsync("", "sysctl", "-q", "-w", "net.netfilter.nf_conntrack_tcp_loose=0");
        await UntilAsync(() => AskAsync(new StatusCommand()), static state => state is WardenState { IsFlooding: true, Problem: "" });
        Assert.StartsWith("220", await GreetingAsync(One), StringComparison.Ordinal);
        Assert.Matches(@"packets [1-9]", await Gateway.RunAsync("", "nft", "list", "counter", "inet", "garita", "c_synproxy"));

        // 3. Off again, and by itself when somebody floods.
        await AskAsync(new FloodCommand(FloodMode.Off));
        Assert.DoesNotContain("synproxy mss", await Gateway.RunAsync("", "nft", "list", "table", "inet", "garita"), StringComparison.Ordinal);
        await AskAsync(new FloodCommand(FloodMode.Auto));
        Assert.False(Assert.IsType<WardenState>(await AskAsync(new StatusCommand())).IsFlooding);
        SendSyns(600);
        await UntilAsync(() => AskAsync(new StatusCommand()), static state => state is WardenState { IsFlooding: true });
        Assert.Contains("flood mode is on", warden.Log, StringComparison.Ordinal);
        Assert.StartsWith("220", await GreetingAsync(One), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_what_is_missing()
    {
        await LoadTableAsync();
        var native = Environment.GetEnvironmentVariable("GARITA_BINARY");
        string[] program = string.IsNullOrEmpty(native) ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "garita-warden.dll")] : [Path.Combine(Path.GetDirectoryName(native)!, "garita-warden")];
        string[] options = ["--check", "--user", "root", "--group", "root", "--never", Path.Combine(Folder, "none")];
        var good = await Gateway.RunAsync("", [.. program, .. options]);
        Assert.Contains("ok    the kernel has the table and its sets", good, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", good, StringComparison.Ordinal);
        await Gateway.RunAsync("", "nft", "delete", "table", "inet", "garita");
        var bad = await Gateway.RunAsync("", ["sh", "-c", "\"$0\" \"$@\" || echo code $?", .. program, .. options]);
        Assert.Contains("wrong the kernel has no table garita; garita wall apply loads the ruleset", bad, StringComparison.Ordinal);
        Assert.Contains("code 1", bad, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_gateway_s_user_and_root_are_heard()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/python3"), "setpriv or python3 is not installed");
        await LoadTableAsync();
        await using var warden = await WardenAsync("--user", "daemon");
        // The mode alone would keep strangers out: it is taken away, so that the kernel's word on who they are has to.
        await Gateway.RunAsync("", "chmod", "0666", "/run/garita-warden/warden.sock");
        Assert.Contains("is not heard here", await AsAsync("nobody"), StringComparison.Ordinal);
        Assert.DoesNotContain(One, await SetAsync("ban32"), StringComparison.Ordinal);
        Assert.DoesNotContain("not heard", await AsAsync("daemon"), StringComparison.Ordinal);
        await InKernelAsync("ban32", One);
    }

    /// <summary>Bans the client as another user, and says what the warden answers.</summary>
    private Task<string> AsAsync(string user) => Gateway.RunAsync("", "setpriv", "--reuid", user, "--clear-groups", "/usr/bin/python3", "-c", """
        import socket
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(10)
        s.connect("/run/garita-warden/warden.sock")
        s.sendall(bytes([1, 1, 0, 10, 4, 32, 198, 51, 100, 11, 0, 0, 14, 16]))
        print(s.recv(500))
        """);

    private static async Task BanAsync(ControlClient control, string network) =>
        await control.PostAsync("/v1/bans", new BanRequest(network, "test", 3600), ControlJson.Default.BanRequest, ControlJson.Default.BanView);

    private static Task<string> StatusAsync(RunningGateway gateway, string expected) =>
        UntilAsync(async () => (await gateway.RunAsync("status")).Text, text => text.Contains(expected, StringComparison.Ordinal), expected);

    /// <summary>Sends SYNs of senders that do not exist, and so never answer.</summary>
    private void SendSyns(int count) => Client.Run(() =>
    {
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        raw.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        for (var i = 0; i < count; i++)
            raw.SendTo(ForgedSyn.Make(new IPAddress([198, 51, 100, (byte)(20 + (i % 200))]), IPAddress.Parse(GatewayAddress), (ushort)(1024 + i), Port), new IPEndPoint(IPAddress.Parse(GatewayAddress), 0));
        return 0;
    });
}
