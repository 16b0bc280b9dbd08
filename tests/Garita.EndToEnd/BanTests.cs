using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd;

/// <summary><c>garita bans</c> against a running gateway: made, felt, listed, kept over a restart, and ended.</summary>
public sealed class BanTests : Scene
{
    [Fact]
    public async Task Bans_are_made_felt_listed_kept_and_ended()
    {
        await using var server = new ScriptedServer([]);
        string Settings(int port) => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + "[bans]\nper_minute = 10\n";
        var gateway = await ServeAsync(Settings);
        Assert.StartsWith("220", await FromAsync(gateway, "127.0.0.9"), StringComparison.Ordinal);

        // 1. Made, listed, felt.
        await SaysAsync(gateway, 0, "127.0.0.9/32 is banned until", "bans", "add", "127.0.0.9", "--for", "2 h", "--reason", "scans us");
        await SaysAsync(gateway, 0, "scans us", "bans", "list");
        var (_, list) = await gateway.RunAsync("bans", "list", "--json");
        using (var json = JsonDocument.Parse(list))
        {
            var ban = Assert.Single(json.RootElement.EnumerateArray());
            Assert.Equal("administrator", ban.GetProperty("origin").GetString());
            Assert.Equal(TimeSpan.FromHours(2), ban.GetProperty("until").GetDateTimeOffset() - ban.GetProperty("made").GetDateTimeOffset());
        }

        Assert.Equal("", await FromAsync(gateway, "127.0.0.9"));
        Assert.StartsWith("220", await FromAsync(gateway, "127.0.0.10"), StringComparison.Ordinal);
        await SaysAsync(gateway, 0, "bans         1", "status");

        // 2. What is wrong is said.
        await SaysAsync(gateway, 2, "expected a prefix length from 8 to 32", "bans", "add", "0.0.0.0/0");
        await SaysAsync(gateway, 2, "the network's first address", "bans", "add", "198.51.100.7/24");
        await SaysAsync(gateway, 2, "expected a duration", "bans", "add", "198.51.100.7", "--for", "soon");
        await SaysAsync(gateway, 2, "expected a duration", "bans", "add", "198.51.100.7", "--for", "1 s");
        await SaysAsync(gateway, 1, "127.0.0.1 (this machine), which is never banned", "bans", "add", "127.0.0.0/8");
        await SaysAsync(gateway, 1, "is banned already by 127.0.0.9 until", "bans", "add", "127.0.0.9");
        await SaysAsync(gateway, 0, "198.51.100.0/24", "bans", "add", "198.51.100.0/24");
        await SaysAsync(gateway, 1, "198.51.100.7 is inside the ban of 198.51.100.0/24", "bans", "remove", "198.51.100.7");
        await SaysAsync(gateway, 1, "is not banned", "bans", "remove", "203.0.113.1");

        // 3. Kept over a restart; ended, it is as before.
        await gateway.DisposeAsync();
        gateway = await ServeAsync(Settings);
        Assert.Equal("", await FromAsync(gateway, "127.0.0.9"));
        await SaysAsync(gateway, 0, "1 removed", "bans", "remove", "127.0.0.9");
        Assert.StartsWith("220", await FromAsync(gateway, "127.0.0.9"), StringComparison.Ordinal);
        await SaysAsync(gateway, 2, "--yes", "bans", "clear");
        await SaysAsync(gateway, 0, "1 removed", "bans", "clear", "--yes");
        var (_, audit) = await gateway.RunAsync("audit");
        foreach (var act in (string[])["bans.add", "bans.remove", "bans.clear"])
            Assert.Contains(act, audit, StringComparison.Ordinal);
    }

    private static async Task SaysAsync(RunningGateway gateway, int code, string expected, params string[] verb)
    {
        var (found, text) = await gateway.RunAsync(verb);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.True(found == code, text);
    }

    /// <summary>The greeting that a client gets; nothing when it is reset.</summary>
    private static async Task<string> FromAsync(RunningGateway gateway, string client)
    {
        try
        {
            using var connection = new TcpClient(new IPEndPoint(IPAddress.Parse(client), 0));
            await connection.ConnectAsync(IPAddress.Loopback, gateway.Port);
            using var reader = new StreamReader(connection.GetStream());
            return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
