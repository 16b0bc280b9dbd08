using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Addresses, networks and end points as the settings and the command line write them; strict, because "010.1" is no address anybody means.</summary>
internal static class NetworkText
{
    /// <summary>An IPv4 address in four decimal parts, or an IPv6 address without zone and brackets.</summary>
    public static bool TryAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        if (text.Length is 0 or > 45 || text.ContainsAny('[', '%', ' ') || !IPAddress.TryParse(text, out var parsed))
        {
            address = IPAddress.None;
            return false;
        }

        address = parsed;
        // The system's parser takes "127.1", "0x7f000001" and octal parts.
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 || text.SequenceEqual(parsed.ToString());
    }

    /// <summary><c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, or an address alone. Says what is wrong, or null.</summary>
    public static string? TryNetwork(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out var address))
            return "a network such as 192.0.2.0/24 or 2001:db8::/32";
        if (address.IsIPv4MappedToIPv6)
            return $"its IPv4 form, such as {address.MapToIPv4()}";
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
            return $"a prefix length from 0 to {bits}";
        var octets = address.GetAddressBytes();
        var masked = (byte[])octets.Clone();
        for (var bit = length; bit < bits; bit++)
            masked[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        if (!masked.AsSpan().SequenceEqual(octets))
            return $"{new IPAddress(masked)}/{length} (the network's first address)";
        network = new IPNetwork(address, length);
        return null;
    }

    /// <summary><c>0.0.0.0:25</c> or <c>[::]:25</c>.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        if (!TrySplitPort(text, out var host, out var port))
            return false;
        var bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        if (!TryAddress(bracketed ? host.AsSpan(1, host.Length - 2) : host, out var address)
            || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
            return false;
        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary><c>host:25</c>, <c>[2001:db8::1]:25</c>, <c>lmtp:host:24</c>, <c>unix:/path</c>, <c>lmtp:unix:/path</c>. Says what was expected, or null.</summary>
    public static string? TryBackend(string text, Func<string, string> absolute, out BackendAddress? backend)
    {
        const string Expected = "HOST:PORT, [IPV6]:PORT or unix:PATH, each with lmtp: before it for LMTP";
        backend = null;
        var isLmtp = text.StartsWith("lmtp:", StringComparison.Ordinal);
        var rest = isLmtp ? text[5..] : text;
        if (rest.StartsWith("unix:", StringComparison.Ordinal))
        {
            if (rest.Length == 5)
                return Expected;
            backend = new BackendAddress(absolute(rest[5..]), 0, IsUnix: true, isLmtp);
            return null;
        }

        if (!TrySplitPort(rest, out var host, out var port) || port == 0)
            return Expected;
        if (host[0] == '[')
        {
            if (host[^1] != ']' || !TryAddress(host.AsSpan(1, host.Length - 2), out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return Expected;
            backend = new BackendAddress(address.ToString(), port, IsUnix: false, isLmtp);
            return null;
        }

        if (!TryAddress(host, out _))
        {
            // A name of digits and dots alone was meant as an address.
            if (!Protocols.Address.DomainName.TryNormalize(System.Text.Encoding.UTF8.GetBytes(host), true, out var name) || name!.All(static character => char.IsAsciiDigit(character) || character == '.'))
                return Expected;
            host = name!;
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return $"[{host}]:{port}";
        }

        backend = new BackendAddress(host, port, IsUnix: false, isLmtp);
        return null;
    }

    private static bool TrySplitPort(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        port = 0;
        host = colon > 0 ? text[..colon] : "";
        return colon > 0 && colon + 1 < text.Length
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
    }
}
