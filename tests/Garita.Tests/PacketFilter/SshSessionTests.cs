using System.Net;
using Garita.Gateway.Settings;
using Garita.PacketFilter;
using Xunit;

namespace Garita.Tests.PacketFilter;

public sealed class SshSessionTests
{
    private static readonly WallSettings Listed = new() { SshFrom = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], SshPorts = [22, 2222] };

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("no connection", null)]
    [InlineData("192.0.2.7 50000 192.0.2.1 22", null)]
    [InlineData("192.0.2.7 50000 192.0.2.1 2222", null)]
    [InlineData("::ffff:192.0.2.7 50000 ::ffff:192.0.2.1 22", null)]
    [InlineData("2001:db8::7 50000 2001:db8::1 22", null)]
    [InlineData("198.51.100.7 50000 192.0.2.1 22", "comes from 198.51.100.7, which is in none of")]
    [InlineData("::ffff:198.51.100.7 50000 ::ffff:192.0.2.1 22", "comes from 198.51.100.7, which is in none of")]
    [InlineData("fe80::7%eth0 50000 fe80::1%eth0 22", "comes from fe80::7, which is in none of")]
    [InlineData("192.0.2.7 50000 192.0.2.1 23", "uses port 23 of the SSH server")]
    [InlineData("192.0.2.7 50000 192.0.2.1 x", "uses port x of the SSH server")]
    public void Whoever_would_be_cut_is_told_why(string? connection, string? why)
    {
        if (why is null)
            Assert.Null(SshSession.Problem(connection, Listed));
        else
            Assert.Contains(why, SshSession.Problem(connection, Listed), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_networks_of_administrators_all_are_let_in() => Assert.Null(SshSession.Problem("198.51.100.7 50000 192.0.2.1 22", new WallSettings { SshPorts = [22] }));
}
