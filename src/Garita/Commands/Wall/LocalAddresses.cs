using System.Net;
using System.Net.Sockets;
using Garita.Wall.Kernel;

namespace Garita.Commands.Wall;

/// <summary>Addresses of this machine.</summary>
internal static class LocalAddresses
{
    /// <summary>The address that this machine uses towards another; null where there is no way. No packet is sent.</summary>
    public static IPAddress? Towards(IPAddress target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(target, 25));
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Addresses that others see: no loopback, none of one link only.</summary>
    public static IReadOnlyList<IPAddress> Seen(AddressFamily family) =>
        [.. OwnAddresses.Read().Where(address => address.AddressFamily == family && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)];
}
