using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Garita.Hardening.Host;

/// <summary>Addresses and networks as settings of mail servers write them.</summary>
public static class Networks
{
    /// <summary>Reads <c>192.0.2.1</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c> or <c>[2001:db8::]/32</c>; bits behind the prefix are left out, mapped IPv4 is IPv4.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">The network, when it is one.</param>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = (slash < 0 ? text : text[..slash]).Trim('[', ']');
        if (host.Length == 0 || (!host.Contains(':', StringComparison.Ordinal) && host.Count(static c => c == '.') != 3) || !IPAddress.TryParse(host, out var address))
            return false;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
            return false;
        if (address.IsIPv4MappedToIPv6 && prefix >= 96)
        {
            address = address.MapToIPv4();
            prefix -= 96;
        }
        network = new IPNetwork(Masked(address, prefix), prefix);
        return true;
    }

    /// <summary>Whether a network is within another.</summary>
    /// <param name="inner">The smaller one.</param>
    /// <param name="outer">The larger one.</param>
    public static bool Within(IPNetwork inner, IPNetwork outer) => inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);

    /// <summary>Whether it is this host only.</summary>
    /// <param name="network">A network.</param>
    public static bool IsLoopback(IPNetwork network) => IPAddress.IsLoopback(network.BaseAddress) && network.PrefixLength >= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 8 : 128);

    /// <summary>Whether an address is one that the Internet does not route: private, shared, link-local, unique local, this host.</summary>
    /// <param name="address">An address.</param>
    public static bool IsInternal(IPAddress address) => IPAddress.IsLoopback(address) || Internal.Any(network => network.Contains(address));

    private static readonly IPNetwork[] Internal =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    /// <summary>How wide a list of trusted networks may be: one wire is (IPv4 /24, IPv6 /64); more than a site (/16, /48) never.</summary>
    /// <param name="network">A network.</param>
    public static NetworkWidth Width(IPNetwork network)
    {
        if (IsLoopback(network))
            return NetworkWidth.Narrow;
        var (wire, site) = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? (24, 16) : (64, 48);
        return network.PrefixLength >= wire ? NetworkWidth.Narrow : network.PrefixLength >= site ? NetworkWidth.Wide : NetworkWidth.TooWide;
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - keep));
        }
        return new IPAddress(bytes);
    }
}
