using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Xunit;

namespace Garita.Gateway.Tests.Wire;

public sealed class BindingTests : IDisposable
{
    private static readonly IPEndPoint Bound = IPEndPoint.Parse("192.0.2.1:25");

    private readonly List<HandedSocket> _handed = [];
    private readonly List<string> _problems = [];

    public void Dispose() => _handed.ForEach(static one => one.Socket.Dispose());

    [Fact]
    public void Without_handed_sockets_everything_is_bound() =>
        Assert.Equal([(Bound, false)], Plan(Bound));

    [Fact]
    public void Sockets_named_as_the_listener_take_the_place_of_its_addresses()
    {
        var first = Hand("mx");
        var second = Hand("mx");
        Assert.Equal([(first, true), (second, true)], Plan(Bound));
        Assert.Empty(_problems);
    }

    [Fact]
    public void A_socket_of_any_name_is_taken_for_its_address_and_the_rest_is_bound()
    {
        var address = Hand("garita.socket");
        Assert.Equal([(Bound, false), (address, true)], Plan(Bound, address));
        Assert.Empty(_problems);
    }

    [Fact]
    public void A_socket_for_no_listener_is_a_problem()
    {
        var address = Hand("web");
        Plan(Bound);
        Assert.Equal($"the handed socket \"web\" on {address} (descriptor 3) is for no listener: give it the name of one (mx; FileDescriptorName= in the socket unit) or an address that is in listener.bind", Assert.Single(_problems));
    }

    private IPEndPoint Hand(string name)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        _handed.Add(new HandedSocket(name, 3 + _handed.Count, socket));
        return _handed[^1].Address;
    }

    private IEnumerable<(IPEndPoint Address, bool IsHanded)> Plan(params IPEndPoint[] bind)
    {
        var settings = new GatewaySettings { Hostname = "mx.example.com", DataFolder = "/nonexistent", Listeners = [new ListenerSettings { Name = "mx", Bind = bind }] };
        return Binding.Plan(settings, _handed, _problems).Select(static binding => (binding.Address, binding.Handed is not null));
    }
}
