using System.Net;

namespace Garita.Gateway.Settings;

/// <summary>Tells addresses that are reached over networks of others from those that are not.</summary>
public static class PublicAddress
{
    /// <summary>Address blocks that do not lead over the Internet: RFC 1122 §3.2.1.3, 1918, 3927, 4193, 4291 §2.5.3 and §2.5.6.</summary>
    private static readonly IPNetwork[] Inside =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    /// <summary>Whether an address is reached over networks that others run.</summary>
    /// <param name="address">The address.</param>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !Array.Exists(Inside, network => network.Contains(address));
    }
}
