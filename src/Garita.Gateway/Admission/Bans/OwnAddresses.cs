using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Garita.Gateway.Admission.Bans;

/// <summary>Addresses of this machine. Read from /proc: the service may not open netlink sockets, which the ordinary way takes.</summary>
internal static class OwnAddresses
{
    /// <summary>All there are now, loopback included; none where nothing says.</summary>
    public static IReadOnlyList<IPAddress> Read()
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return [.. Routed(File.ReadLines("/proc/self/net/fib_trie")), .. Version6()];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A system that hides it: asked in the ordinary way.
        }

        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(static link => link.GetIPProperties().UnicastAddresses).Select(static one => one.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    /// <summary>The IPv4 addresses in the kernel's table of routes: a leaf, and below it that it is local.</summary>
    /// <param name="lines">/proc/net/fib_trie.</param>
    internal static IReadOnlyList<IPAddress> Routed(IEnumerable<string> lines)
    {
        var found = new HashSet<IPAddress>();
        IPAddress? leaf = null;
        foreach (var line in lines)
        {
            var text = line.AsSpan().Trim();
            if (text.StartsWith("|-- "))
                leaf = IPAddress.TryParse(text[4..], out var address) ? address : null;
            else if (leaf is not null && text is "/32 host LOCAL")
                found.Add(leaf);
        }
        return [.. found];
    }

    /// <summary>The IPv6 addresses: 32 digits at the start of each line.</summary>
    /// <param name="lines">/proc/net/if_inet6.</param>
    internal static IReadOnlyList<IPAddress> Version6(IEnumerable<string> lines)
    {
        var found = new List<IPAddress>();
        var octets = new byte[16];
        foreach (var line in lines)
        {
            if (line.Length > 32 && UInt128.TryParse(line.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                BinaryPrimitives.WriteUInt128BigEndian(octets, value);
                found.Add(new IPAddress(octets));
            }
        }
        return found;
    }

    private static IReadOnlyList<IPAddress> Version6() => File.Exists("/proc/self/net/if_inet6") ? Version6(File.ReadLines("/proc/self/net/if_inet6")) : [];
}
