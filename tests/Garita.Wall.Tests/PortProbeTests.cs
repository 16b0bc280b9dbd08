using System.Net;
using System.Net.Sockets;
using Garita.Wall.Probe;
using Xunit;

namespace Garita.Wall.Tests;

public sealed class PortProbeTests
{
    [Fact]
    public void Open_and_refused_are_told_apart()
    {
        using var listening = Bound();
        listening.Listen(1);
        using var bound = Bound();
        var results = PortProbe.Try(IPAddress.Loopback, [Port(listening), Port(bound), Port(listening)], IPAddress.Parse("127.0.0.9"), TimeSpan.FromSeconds(10), TimeProvider.System);
        Assert.Equal(2, results.Count);
        Assert.Equal(PortState.Open, results.Single(result => result.Port == Port(listening)).State);
        Assert.Equal(PortState.Refused, results.Single(result => result.Port == Port(bound)).State);
        using var client = listening.Accept();
        Assert.Equal("127.0.0.9", ((IPEndPoint)client.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public void A_full_queue_of_connections_is_silent()
    {
        using var listening = Bound();
        listening.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(listening.LocalEndPoint!);
        Assert.Equal(PortState.Silent, Assert.Single(PortProbe.Try(IPAddress.Loopback, [Port(listening)], null, TimeSpan.FromMilliseconds(200), TimeProvider.System)).State);
    }

    [Fact]
    public void An_address_of_others_is_no_place_to_come_from()
    {
        var problem = Assert.Throws<SocketException>(static () => PortProbe.Try(IPAddress.Loopback, [25], IPAddress.Parse("192.0.2.1"), TimeSpan.FromSeconds(1), TimeProvider.System));
        Assert.Equal(SocketError.AddressNotAvailable, problem.SocketErrorCode);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("no-such-namespace-here")]
    public void A_namespace_that_is_none_is_refused(string name) => Assert.Throws<IOException>(() => NetworkNamespace.Run(name, static () => 1));

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
