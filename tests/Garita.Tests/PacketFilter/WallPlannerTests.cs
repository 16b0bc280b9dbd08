using System.Net;
using System.Net.Sockets;
using Garita.PacketFilter;
using Garita.Settings;
using Garita.Wall.Rulesets;
using Xunit;

namespace Garita.Tests.PacketFilter;

/// <summary>What the ruleset is made of, from settings and a host that is given.</summary>
public sealed class WallPlannerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-plan-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Doors_are_where_others_come_and_the_way_out_is_what_the_settings_name()
    {
        var plan = await PlanAsync();
        Assert.Equal(["0.0.0.0:25", "[::]:25"], plan.Doors.Select(static door => new IPEndPoint(door.Address, door.Port).ToString()), StringComparer.Ordinal);
        Assert.Equal(4711u, plan.GatewayUser);
        Assert.Equal(
            ["tcp 25 192.0.2.10/32,2001:db8::10/128 mail server of acme", "udp 53 192.0.2.53/32 DNS", "tcp 53 192.0.2.53/32 DNS", "tcp 443 198.51.100.0/24 wall.egress"],
            plan.Egress.Select(static way => $"{(way.IsUdp ? "udp" : "tcp")} {way.Port} {string.Join(',', way.Networks)} {way.Purpose}"), StringComparer.Ordinal);
        // Whom the gateway itself asks is never banned, nor administrators.
        foreach (var network in (string[])["192.0.2.10/32", "192.0.2.53/32", "203.0.113.0/24"])
            Assert.Contains(IPNetwork.Parse(network), plan.NeverBan);
        Assert.Equal([IPNetwork.Parse("203.0.113.0/24")], plan.SshFrom);
        Assert.True(plan.DropForwarded);
    }

    [Fact]
    public async Task Limits_are_twice_the_gateways_and_none_where_it_has_none()
    {
        var plan = await PlanAsync(limits: "connections_per_client = 5\nconnections_per_minute = 0");
        Assert.Equal((10, 0), (plan.ConnectionsPerClient, plan.MadePerMinute));
    }

    [Fact]
    public async Task What_cannot_be_is_said()
    {
        Assert.Contains("there is no such user on this host", (await Assert.ThrowsAsync<WallException>(() => PlanAsync(user: null))).Message, StringComparison.Ordinal);
        Assert.Contains("wall.user is root", (await Assert.ThrowsAsync<WallException>(() => PlanAsync(user: 0))).Message, StringComparison.Ordinal);
        Assert.Contains("mx.acme.example (mail server of acme) cannot be looked up", (await Assert.ThrowsAsync<WallException>(() => PlanAsync(isLookedUp: false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_forwards_is_left_to_forward() => Assert.False((await PlanAsync(forwards: true)).DropForwarded);

    private async Task<WallPlan> PlanAsync(uint? user = 4711, bool isLookedUp = true, bool forwards = false, string limits = "")
    {
        var file = Path.Combine(_folder, "garita.toml");
        await File.WriteAllTextAsync(file, $"""
            hostname = "gw.example.com"
            data = "data"

            [admin]
            bind = ""

            [[listener]]
            name = "mx"
            bind = ["0.0.0.0:25", "[::]:25", "127.0.0.1:2525"]

            [networks]
            administrators = ["203.0.113.0/24"]

            [limits]
            {limits}

            [wall]
            egress = ["tcp/443 to 198.51.100.0/24"]

            [[tenant]]
            name = "acme"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["mx.acme.example:25"]
            tls = "none"
            """);
        return await new WallPlanner(SettingsFile.Read(file), new Given(user, isLookedUp, forwards)).PlanAsync();
    }

    private sealed class Given(uint? user, bool isLookedUp, bool forwards) : WallHost
    {
        public override IReadOnlyList<IPEndPoint> Resolvers() => [new(IPAddress.Parse("192.0.2.53"), 53), new(IPAddress.Loopback, 53)];

        public override uint? User(string name) => user;

        public override Task<IPAddress[]> AddressesAsync(string name) => isLookedUp
            ? Task.FromResult((IPAddress[])[IPAddress.Parse("192.0.2.10"), IPAddress.Parse("2001:db8::10")])
            : throw new SocketException((int)SocketError.HostNotFound);

        public override Task<bool> ForwardsAsync() => Task.FromResult(forwards);
    }
}
