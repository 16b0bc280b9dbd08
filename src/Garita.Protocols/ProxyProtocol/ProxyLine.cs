using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Protocols.ProxyProtocol;

/// <summary>The text form of the PROXY header (proxy-protocol.txt §2.1): one space, no leading zeros, CRLF within 107 octets.</summary>
internal static class ProxyLine
{
    private static readonly SearchValues<byte> Ipv4Octets = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> Ipv6Octets = SearchValues.Create("0123456789abcdefABCDEF:."u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    internal static ProxyStatus Read(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var line = input[..Math.Min(input.Length, ProxyHeaderReader.MaxV1)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        var text = end < 0 ? line : line[..end];
        if (!IsPrefix(text))
            return ProxyStatus.Malformed;
        if (end >= 0 && (line[end] != '\r' || (end + 1 < line.Length && line[end + 1] != '\n')))
            return ProxyStatus.Malformed;
        if (end < 0 || end + 1 == line.Length)
            return line.Length == ProxyHeaderReader.MaxV1 ? ProxyStatus.Malformed : ProxyStatus.Incomplete;
        if (!TryParse(text, out header))
            return ProxyStatus.Malformed;
        consumed = end + 2;
        return ProxyStatus.Header;
    }

    /// <summary>Whether the line so far can become a header: protocol, then fields of the octets that may be in them.</summary>
    private static bool IsPrefix(ReadOnlySpan<byte> text) =>
        IsPrefix(text, "PROXY UNKNOWN"u8, default) || IsPrefix(text, "PROXY TCP4 "u8, Ipv4Octets) || IsPrefix(text, "PROXY TCP6 "u8, Ipv6Octets);

    private static bool IsPrefix(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start, SearchValues<byte>? addressOctets)
    {
        var known = Math.Min(text.Length, start.Length);
        if (!text[..known].SequenceEqual(start[..known]))
            return false;
        var rest = text[known..];
        // §2.1: what follows UNKNOWN is to be ignored.
        if (addressOctets is null)
            return rest.IsEmpty || rest[0] == ' ';
        for (var field = 0; field < 4; field++)
        {
            var space = rest.IndexOf((byte)' ');
            var value = space < 0 ? rest : rest[..space];
            if (value.ContainsAnyExcept(field < 2 ? addressOctets : Digits))
                return false;
            if (space < 0)
                return true;
            if (value.IsEmpty)
                return false;
            rest = rest[(space + 1)..];
        }
        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out ProxyHeader header)
    {
        header = new ProxyHeader(true, null, null);
        if (text.StartsWith("PROXY UNKNOWN"u8))
            return true;
        if (text.Length <= "PROXY TCP4 ".Length)
            return false;
        var family = text[9] == '4' ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var rest = text["PROXY TCP4 ".Length..];
        if (!TryAddress(Next(ref rest), family, out var source) || !TryAddress(Next(ref rest), family, out var destination))
            return false;
        if (!TryNumber(Next(ref rest), ushort.MaxValue, out var sourcePort) || !TryNumber(Next(ref rest), ushort.MaxValue, out var destinationPort))
            return false;
        header = new ProxyHeader(false, new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort));
        return rest.IsEmpty;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        var field = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return field;
    }

    private static bool TryAddress(ReadOnlySpan<byte> text, AddressFamily family, out IPAddress address)
    {
        address = IPAddress.None;
        var tail = text[(text.LastIndexOf((byte)':') + 1)..];
        // Whatever reads dotted numbers otherwise may take a leading zero for octal: only plain ones go on.
        if (tail.Contains((byte)'.') && !IsDottedQuad(tail))
            return false;
        if (text.Length > 45)
            return false;
        Span<char> chars = stackalloc char[45];
        var length = Encoding.Latin1.GetChars(text, chars);
        // A bare number is an IPv4 address to IPAddress; a dot or colon is asked for.
        var mark = family == AddressFamily.InterNetwork ? (byte)'.' : (byte)':';
        return text.Contains(mark) && IPAddress.TryParse(chars[..length], out address!) && address.AddressFamily == family;
    }

    private static bool IsDottedQuad(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            if (++count > 4 || !TryNumber(text[range], byte.MaxValue, out _))
                return false;
        }
        return count == 4;
    }

    // §2.1: leading zeros are not permitted.
    private static bool TryNumber(ReadOnlySpan<byte> text, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 5 || (text[0] == '0' && text.Length > 1) || text.ContainsAnyExcept(Digits))
            return false;
        return Utf8Parser.TryParse(text, out value, out _) && value <= max;
    }
}
