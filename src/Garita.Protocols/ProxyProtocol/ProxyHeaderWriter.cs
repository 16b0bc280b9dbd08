using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Unicode;

namespace Garita.Protocols.ProxyProtocol;

/// <summary>
/// Writes the PROXY header for a server behind (HAProxy proxy-protocol.txt §2). Addresses that carry an IPv4 one are written as
/// that when both do; otherwise an IPv4 address beside an IPv6 one is written in its mapped form. Scopes are not written.
/// </summary>
public static class ProxyHeaderWriter
{
    /// <summary>Writes version 1.</summary>
    /// <param name="to">At least <see cref="ProxyHeaderReader.MaxV1"/> octets.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">Where it connected to.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="ArgumentException">The span is too small.</exception>
    public static int WriteV1(Span<byte> to, IPEndPoint source, IPEndPoint destination)
    {
        var (from, at) = SameFamily(source, destination);
        var family = from.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;
        if (!Utf8.TryWrite(to, CultureInfo.InvariantCulture, $"PROXY TCP{family} {from} {at} {source.Port} {destination.Port}\r\n", out var written))
            throw new ArgumentException("Too small for a PROXY header.", nameof(to));
        return written;
    }

    /// <summary>Writes version 2.</summary>
    /// <param name="to">At least 52 octets.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">Where it connected to.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="ArgumentException">The span is too small.</exception>
    public static int WriteV2(Span<byte> to, IPEndPoint source, IPEndPoint destination)
    {
        var (from, at) = SameFamily(source, destination);
        var size = from.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        var block = (2 * size) + 4;
        if (to.Length < ProxyHeaderReader.V2Start + block)
            throw new ArgumentException("Too small for a PROXY header.", nameof(to));
        ProxyHeaderReader.V2Signature.CopyTo(to);
        to[12] = 0x21;
        to[13] = size == 4 ? (byte)0x11 : (byte)0x21;
        BinaryPrimitives.WriteUInt16BigEndian(to[14..], (ushort)block);
        from.TryWriteBytes(to[16..], out _);
        at.TryWriteBytes(to[(16 + size)..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(to[(16 + (2 * size))..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(to[(18 + (2 * size))..], (ushort)destination.Port);
        return ProxyHeaderReader.V2Start + block;
    }

    private static (IPAddress Source, IPAddress Destination) SameFamily(IPEndPoint source, IPEndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        var (from, at) = (source.Address, destination.Address);
        if (IsIpv4(from) && IsIpv4(at))
            return (from.MapToIPv4(), at.MapToIPv4());
        return (WithoutScope(from.MapToIPv6()), WithoutScope(at.MapToIPv6()));
    }

    private static bool IsIpv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    private static IPAddress WithoutScope(IPAddress address) => address.ScopeId == 0 ? address : new IPAddress(address.GetAddressBytes());
}
