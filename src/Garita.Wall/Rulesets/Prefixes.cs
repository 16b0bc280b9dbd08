using System.Net;
using System.Net.Sockets;

namespace Garita.Wall.Rulesets;

/// <summary>Networks as the kernel's interval sets take them.</summary>
internal static class Prefixes
{
    /// <summary>Those of one family, without those inside others: the kernel refuses overlaps.</summary>
    public static List<IPNetwork> Outermost(IEnumerable<IPNetwork> networks, bool isV6)
    {
        var family = isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var result = new List<IPNetwork>();
        foreach (var network in networks.Where(network => network.BaseAddress.AddressFamily == family).OrderBy(static network => network.PrefixLength))
        {
            if (!result.Any(wider => wider.Contains(network.BaseAddress)))
                result.Add(network);
        }

        return result;
    }

    /// <summary>As an element: a single address without its length.</summary>
    public static string Text(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) ? network.BaseAddress.ToString() : network.ToString();
}
