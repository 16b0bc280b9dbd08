using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Garita.Gateway.Admission;

/// <summary>
/// Keys for what is counted by client and by network: IPv4 /32 and /24, IPv6 /64 and /48.
/// Addresses that carry an IPv4 (RFC 4291 §2.5.5.2, RFC 6052) are that IPv4.
/// </summary>
internal static class ClientNetwork
{
    /// <summary>The address that is counted: IPv4 where the IPv6 address carries one, without scope.</summary>
    internal static IPAddress Normalize(IPAddress address, IReadOnlyList<IPNetwork> nat64)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();

        Span<byte> octets = stackalloc byte[16];
        foreach (var prefix in nat64)
        {
            if (prefix.PrefixLength == 96 && prefix.Contains(address) && address.TryWriteBytes(octets, out _))
                return new IPAddress(octets[12..]);
        }

        return address.ScopeId == 0 ? address : new IPAddress(address.GetAddressBytes());
    }

    /// <summary>IPv4 /32 or IPv6 /64 as a number; the two families never meet.</summary>
    internal static ulong ClientKey(IPAddress address) => Key(address, 32, 64);

    /// <summary>IPv4 /24 or IPv6 /48 as a number; never equal to a client's key.</summary>
    internal static ulong NetworkKey(IPAddress address) => Key(address, 24, 48);

    /// <summary>The IPv4 /24 or IPv6 /48, for people.</summary>
    internal static string Text(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        var kept = octets.Length == 4 ? 3 : 6;
        octets.AsSpan(kept).Clear();
        return new IPNetwork(new IPAddress(octets), kept * 8).ToString();
    }

    /// <summary>The network of a <see cref="NetworkKey"/>, for people.</summary>
    internal static string Text(ulong networkKey)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        if (networkKey >> 48 == 0xFEFF)
        {
            BinaryPrimitives.WriteUInt64BigEndian(octets, networkKey << 16);
            return new IPNetwork(new IPAddress(octets), 48).ToString();
        }

        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)networkKey);
        return new IPNetwork(new IPAddress(octets[..4]), 24).ToString();
    }

    private static ulong Key(IPAddress address, int v4Bits, int v6Bits)
    {
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out var length);
        if (length == 4)
        {
            var v4 = BinaryPrimitives.ReadUInt32BigEndian(octets);
            // 0xFF00::/8 is multicast and never a client: its upper half marks IPv4 keys.
            return 0xFF00_0000_0000_0000UL | ((ulong)v4Bits << 32) | (v4 & (uint.MaxValue << (32 - v4Bits)));
        }

        var v6 = BinaryPrimitives.ReadUInt64BigEndian(octets);
        // feff::/16 lies in the site-local addresses of old (RFC 3879), and is never a client either.
        return v6Bits == 64 ? v6 : 0xFEFF_0000_0000_0000UL | (v6 >> (64 - v6Bits));
    }
}
