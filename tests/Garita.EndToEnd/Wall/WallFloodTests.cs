using System.Net.Sockets;
using Garita.EndToEnd.Warden;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.EndToEnd.Wall;

/// <summary>The flood mode by hand, beside a warden who decides too.</summary>
public sealed class WallFloodTests : WallScene
{
    private string WardenSocket => Path.Combine(Folder, "warden.sock");

    [Fact]
    public async Task What_goes_back_tells_the_warden_the_mode_from_before()
    {
        await WriteAsync($"warden = \"{WardenSocket}\"");
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", "net.netfilter.nf_conntrack_tcp_loose=0", "net.ipv4.tcp_syncookies=1", "net.ipv4.tcp_timestamps=1"]);
        Own(await RunningWarden.StartAsync(["ip", "netns", "exec", Net.Name("gateway")], "--socket", WardenSocket, "--user", "nobody", "--never", Path.Combine(Folder, "warden.never")));
        await ApplyAsync();
        await WriteAsync($"warden = \"{WardenSocket}\"\nopen = [\"tcp/8080\"]");
        var (code, text) = await GaritaAsync("wall", "apply", "--yes", "--back-after", "4 s");
        Assert.True(code == 0, text);
        (code, text) = await GaritaAsync("wall", "flood", "on");
        Assert.True(code == 0, text);
        Assert.Equal(FloodMode.On, (await StateAsync()).Flood);
        await UntilAsync(StateAsync, static state => state is { Flood: FloodMode.Auto, IsFlooding: false });
        Assert.DoesNotContain("synproxy mss", await Net.NftAsync("list", "table", "inet", "garita"), StringComparison.Ordinal);
        await GoneAsync();
    }

    [Fact]
    public async Task A_warden_who_does_not_take_the_order_is_told_and_nothing_is_changed()
    {
        await WriteAsync($"warden = \"{WardenSocket}\"");
        await Net.RunAsync("gateway", ["/usr/sbin/sysctl", "-w", "net.netfilter.nf_conntrack_tcp_loose=0", "net.ipv4.tcp_syncookies=1", "net.ipv4.tcp_timestamps=1"]);
        await ApplyAsync();
        using (var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            door.Bind(new UnixDomainSocketEndPoint(WardenSocket));
            door.Listen(1);
            var asked = GaritaAsync("wall", "flood", "on");
            using (var warden = new WardenExchange(await door.AcceptAsync(TestContext.Current.CancellationToken), TimeProvider.System))
            {
                await warden.ReceiveAsync(TestContext.Current.CancellationToken);
                await warden.SendAsync(new RefusalAnswer("not now"), TestContext.Current.CancellationToken);
            }

            var (refused, said) = await asked;
            Assert.Equal(1, refused);
            Assert.Contains("the warden refuses: not now", said, StringComparison.Ordinal);
            Assert.DoesNotContain("synproxy mss", await Net.NftAsync("list", "table", "inet", "garita"), StringComparison.Ordinal);
        }

        // What a warden left who is gone is in nobody's way.
        var (code, text) = await GaritaAsync("wall", "flood", "on");
        Assert.True(code == 0, text);
        Assert.Contains("synproxy mss", await Net.NftAsync("list", "table", "inet", "garita"), StringComparison.Ordinal);
    }

    private async Task<WardenState> StateAsync()
    {
        using var exchange = await WardenExchange.ConnectAsync(WardenSocket, TimeProvider.System, TestContext.Current.CancellationToken);
        return Assert.IsType<WardenState>(await exchange.AskAsync(new StatusCommand(), TestContext.Current.CancellationToken));
    }
}
