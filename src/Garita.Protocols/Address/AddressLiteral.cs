using System.Net;
using System.Text;

namespace Garita.Protocols.Address;

/// <summary>
/// Address literals by the grammar of RFC 5321 §4.1.3. <see cref="IPAddress.TryParse(string, out IPAddress)"/> is not used to judge them:
/// it takes hexadecimal and octal IPv4, scope ids, and a <c>::</c> that stands for one group.
/// </summary>
internal static class AddressLiteral
{
    private const int Groups = 8;

    /// <summary>Reads <c>[192.0.2.1]</c> or <c>[IPv6:…]</c>; <paramref name="length"/> is 4 or 16.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, Span<byte> address, out int length)
    {
        length = 0;
        if (text.Length < 3 || text[0] != (byte)'[' || text[^1] != (byte)']')
            return false;

        var inner = text[1..^1];
        if (inner.Length > 5 && Ascii.EqualsIgnoreCase(inner[..5], "IPv6:"u8))
        {
            length = 16;
            return TryParseV6(inner[5..], address);
        }

        length = 4;
        return TryParseV4(inner, address);
    }

    /// <summary>The literal written anew: no leading zeros, IPv6 as RFC 5952 has it with the tag spelled <c>IPv6:</c>.</summary>
    internal static bool TryNormalize(ReadOnlySpan<byte> text, out string? normalized)
    {
        Span<byte> address = stackalloc byte[16];
        if (!TryParse(text, address, out var length))
        {
            normalized = null;
            return false;
        }

        normalized = string.Concat(length == 16 ? "[IPv6:" : "[", new IPAddress(address[..length]).ToString(), "]");
        return true;
    }

    /// <summary>IPv4-address-literal = Snum 3("." Snum), Snum = 1*3DIGIT, always decimal.</summary>
    internal static bool TryParseV4(ReadOnlySpan<byte> text, Span<byte> address)
    {
        var position = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0 && (position == text.Length || text[position++] != (byte)'.'))
                return false;

            var value = 0;
            var digits = 0;
            while (position < text.Length && char.IsAsciiDigit((char)text[position]) && digits < 4)
            {
                value = value * 10 + (text[position++] - '0');
                digits++;
            }

            if (digits is 0 or > 3 || value > 255)
                return false;
            address[i] = (byte)value;
        }

        return position == text.Length;
    }

    /// <summary>IPv6-full, IPv6-comp, IPv6v4-full, IPv6v4-comp, without the tag. "::" stands for at least two groups of zeros.</summary>
    internal static bool TryParseV6(ReadOnlySpan<byte> text, Span<byte> address)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        var count = 0;
        var gap = -1;
        var position = 0;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            position = 2;
        }

        while (position < text.Length)
        {
            var rest = text[position..];
            var size = rest.IndexOf((byte)':');
            if (size < 0)
                size = rest.Length;
            var group = rest[..size];

            if (group.Contains((byte)'.'))
            {
                Span<byte> tail = stackalloc byte[4];
                if (size != rest.Length || count > Groups - 2 || !TryParseV4(group, tail))
                    return false;

                groups[count++] = (ushort)((tail[0] << 8) | tail[1]);
                groups[count++] = (ushort)((tail[2] << 8) | tail[3]);
                break;
            }

            if (count == Groups || !TryParseGroup(group, out groups[count]))
                return false;

            count++;
            position += size;
            if (position == text.Length)
                break;

            position++; // the colon
            if (position == text.Length)
                return false;
            if (text[position] == (byte)':')
            {
                if (gap >= 0)
                    return false;
                gap = count;
                position++;
            }
        }

        // RFC 5321 §4.1.3: no more than 6 groups beside the "::", which so never stands for a single one
        if (gap < 0 ? count != Groups : count > Groups - 2)
            return false;

        var zeros = gap < 0 ? 0 : Groups - count;
        address[..16].Clear();
        for (var i = 0; i < count; i++)
        {
            var at = 2 * (gap >= 0 && i >= gap ? i + zeros : i);
            address[at] = (byte)(groups[i] >> 8);
            address[at + 1] = (byte)groups[i];
        }

        return true;
    }

    private static bool TryParseGroup(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 4)
            return false;

        return System.Buffers.Text.Utf8Parser.TryParse(text, out value, out var consumed, 'x') && consumed == text.Length;
    }
}
