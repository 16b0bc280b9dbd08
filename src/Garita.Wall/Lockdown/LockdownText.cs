using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>Words that all packet filters and mail servers write alike.</summary>
internal static class LockdownText
{
    /// <summary>An address alone is written without its length.</summary>
    internal static string Network(IPNetwork network) =>
        network.PrefixLength == Bits(network.BaseAddress) ? network.BaseAddress.ToString() : network.ToString();

    internal static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;

    internal static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Ports(IEnumerable<int> ports, string between) => string.Join(between, ports.Distinct().Order().Select(Number));

    internal static bool IsIpv6(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

    internal static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Text as comment lines; a line break in it must not end the comment.</summary>
    internal static StringBuilder Comment(this StringBuilder text, string prefix, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            text.Append(prefix).Append(line.Length == 0 ? "" : " ").Append(line.ReplaceLineEndings(" ")).Append('\n');
        return text;
    }

    internal static StringBuilder Line(this StringBuilder text, string line) => text.Append(line).Append('\n');
}
