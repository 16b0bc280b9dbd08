using System.Buffers.Binary;
using System.Net;

namespace Garita.Protocols.ProxyProtocol;

/// <summary>
/// Reads a PROXY header of version 1 or 2 (HAProxy proxy-protocol.txt §2.1, §2.2), strictly: it decides who the client is.
/// Values of TLVs are not looked at, only that they fit. Which peers may send a header is not decided here.
/// </summary>
public static class ProxyHeaderReader
{
    /// <summary>Octets of the longest version 1 header, with CRLF.</summary>
    public const int MaxV1 = 107;

    /// <summary>Octets of the longest version 2 header that is accepted: 16 and 520 of addresses and TLVs.</summary>
    public const int MaxV2 = 536;

    internal const int V2Start = 16;
    private const int Ipv4Block = 12;
    private const int Ipv6Block = 36;
    private const int UnixBlock = 216;

    internal static ReadOnlySpan<byte> V2Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Whether a connection begins as a header of either version does, be it well-formed or not.</summary>
    /// <param name="first">The first octets.</param>
    public static bool IsHeader(ReadOnlySpan<byte> first) => first.StartsWith(V2Signature) || first.StartsWith("PROXY "u8);

    /// <summary>Reads the first octets of a connection.</summary>
    /// <param name="input">All octets since the connection began.</param>
    /// <param name="header">The header.</param>
    /// <param name="consumed">Its octets; what follows is the client's.</param>
    /// <returns><see cref="ProxyStatus.Malformed"/> as soon as the octets can't become a header.</returns>
    public static ProxyStatus Read(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        if (input.IsEmpty)
            return ProxyStatus.Incomplete;
        return input[0] == V2Signature[0] ? ReadV2(input, out header, out consumed) : ProxyLine.Read(input, out header, out consumed);
    }

    private static ProxyStatus ReadV2(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var signature = V2Signature;
        var known = Math.Min(input.Length, signature.Length);
        if (!input[..known].SequenceEqual(signature[..known]))
            return ProxyStatus.Malformed;
        // §2.2: version 2 in the high nibble; command LOCAL 0 or PROXY 1 in the low one.
        if (input.Length > 12 && input[12] is not (0x20 or 0x21))
            return ProxyStatus.Malformed;
        if (input.Length > 13 && input[12] == 0x21 && BlockLength(input[13]) < 0)
            return ProxyStatus.Malformed;
        if (input.Length > 14 && input[14] > (MaxV2 - V2Start) >> 8)
            return ProxyStatus.Malformed;
        if (input.Length < V2Start)
            return ProxyStatus.Incomplete;
        var length = BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        var isProxy = input[12] == 0x21;
        if (length > MaxV2 - V2Start || (isProxy && length < BlockLength(input[13])))
            return ProxyStatus.Malformed;
        if (input.Length < V2Start + length)
            return ProxyStatus.Incomplete;
        var block = input.Slice(V2Start, length);
        if (!isProxy)
        {
            // §2.2: LOCAL discards the block, including the family.
            header = new ProxyHeader(true, null, null);
        }
        else if (!AreTlvsWhole(block[BlockLength(input[13])..]))
        {
            return ProxyStatus.Malformed;
        }
        else
        {
            header = input[13] switch
            {
                0x11 => Endpoints(block, 4),
                0x21 => Endpoints(block, 16),
                _ => new ProxyHeader(true, null, null),
            };
        }
        consumed = V2Start + length;
        return ProxyStatus.Header;
    }

    /// <summary>Octets of the addresses of a family and transport; -1 for datagrams, which carry no mail, and undefined ones, which §2.2 has refused.</summary>
    private static int BlockLength(byte family) => family switch
    {
        0x00 => 0,
        0x11 => Ipv4Block,
        0x21 => Ipv6Block,
        0x31 => UnixBlock,
        _ => -1,
    };

    private static ProxyHeader Endpoints(ReadOnlySpan<byte> block, int size)
    {
        var source = new IPAddress(block[..size]);
        var destination = new IPAddress(block.Slice(size, size));
        var ports = block[(2 * size)..];
        return new ProxyHeader(
            false,
            new IPEndPoint(source, BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(destination, BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    // §2.2.1: type, two octets of length, value.
    private static bool AreTlvsWhole(ReadOnlySpan<byte> tlvs)
    {
        while (!tlvs.IsEmpty)
        {
            if (tlvs.Length < 3)
                return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(tlvs[1..]);
            if (length > tlvs.Length - 3)
                return false;
            tlvs = tlvs[(3 + length)..];
        }
        return true;
    }
}
