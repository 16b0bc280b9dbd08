using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.PacketFilter;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.Tests.PacketFilter;

public sealed class WardenOrdersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-orders-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Says_whom_he_never_bans_and_how_he_handles_floods_in_files_that_he_may_read()
    {
        var settings = new GatewaySettings
        {
            Hostname = "mx.example.com",
            DataFolder = _folder,
            Networks = new NetworkSettings { NeverBan = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("192.0.2.0/24")] },
            Wall = new WallSettings { SshFrom = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], Flood = FloodMode.Off },
        };
        WardenOrders.Write(settings, Path.Combine(_folder, "garita.toml"));
        WardenOrders.Write(settings, Path.Combine(_folder, "garita.toml"));
        Assert.Equal(["192.0.2.0/24", "2001:db8::/32", "198.51.100.0/24"], File.ReadLines(Path.Combine(_folder, "warden.never")).Where(static line => line[0] != '#'), StringComparer.Ordinal);
        Assert.Contains("WARDEN_OPTIONS=--flood off", File.ReadLines(Path.Combine(_folder, "warden.env")), StringComparer.Ordinal);
        Assert.All(Directory.GetFiles(_folder), static file => Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.GroupRead | UnixFileMode.OtherRead), file));
    }

    [Fact]
    public async Task Says_where_nobody_listens()
    {
        var path = Path.Combine(_folder, "warden.sock");
        Assert.Equal(new WardenTold(false, $"no warden listens on {path}"), await WardenOrders.TellAsync(path, FloodMode.Auto));
        // What a warden left who was killed.
        await File.WriteAllTextAsync(path, "");
        Assert.Equal(new WardenTold(false, $"no warden listens on {path}"), await WardenOrders.TellAsync(path, FloodMode.Auto));
    }

    [Fact]
    public async Task Says_what_a_warden_answers_who_does_not_take_it()
    {
        var path = Path.Combine(_folder, "warden.sock");
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(path));
        door.Listen(1);
        var asked = WardenOrders.TellAsync(path, FloodMode.On);
        using (var warden = new WardenExchange(await door.AcceptAsync(), TimeProvider.System))
        {
            Assert.Equal(new FloodCommand(FloodMode.On), await warden.ReceiveAsync(CancellationToken.None));
            await warden.SendAsync(new RefusalAnswer("not now"), CancellationToken.None);
        }

        Assert.Equal(new WardenTold(true, "the warden does not take it: the warden refuses: not now"), await asked);
    }
}
