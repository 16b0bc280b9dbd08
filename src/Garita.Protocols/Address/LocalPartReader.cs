using System.Text;

namespace Garita.Protocols.Address;

/// <summary>Reads a local part: dot-string or quoted string (RFC 5321 §4.1.2, RFC 6531 §3.3). It stops at the first octet after it.</summary>
internal static class LocalPartReader
{
    internal const int MaxLength = 64; // RFC 5321 §4.5.3.1.1, in octets as written

    internal static PathError Read(ReadOnlySpan<byte> input, bool smtpUtf8, out string localPart, out int consumed)
    {
        if (!input.IsEmpty && input[0] == (byte)'"')
            return ReadQuoted(input, smtpUtf8, out localPart, out consumed);

        return ReadDotString(input, smtpUtf8, out localPart, out consumed);
    }

    private static PathError ReadDotString(ReadOnlySpan<byte> input, bool smtpUtf8, out string localPart, out int consumed)
    {
        localPart = string.Empty;
        consumed = 0;
        var end = 0;
        while (true)
        {
            var run = input[end..].IndexOfAnyExcept(AddressOctets.AtextOrDot);
            end = run < 0 ? input.Length : end + run;
            if (end == input.Length || input[end] < 0x80)
                break;

            var error = AddressOctets.ReadNonAscii(input[end..], smtpUtf8, out var length);
            if (error != PathError.None)
                return error;

            end += length;
        }

        if (end < input.Length && input[end] is not ((byte)'@' or (byte)'>'))
            return AddressOctets.Blame(input[end], PathError.LocalPart);

        var text = input[..end];
        if (text.IsEmpty || text[0] == (byte)'.' || text[^1] == (byte)'.' || text.IndexOf(".."u8) >= 0)
            return PathError.LocalPart;
        if (end > MaxLength)
            return PathError.LocalPartTooLong;

        localPart = Encoding.UTF8.GetString(text);
        consumed = end;
        return PathError.None;
    }

    private static PathError ReadQuoted(ReadOnlySpan<byte> input, bool smtpUtf8, out string localPart, out int consumed)
    {
        localPart = string.Empty;
        consumed = 0;
        Span<byte> text = stackalloc byte[MaxLength];
        var count = 0;
        var position = 1;
        while (position < input.Length && position < MaxLength)
        {
            var octet = input[position];
            if (octet == (byte)'"')
            {
                localPart = Encoding.UTF8.GetString(text[..count]);
                consumed = position + 1;
                return PathError.None;
            }

            if (octet >= 0x80)
            {
                var error = AddressOctets.ReadNonAscii(input[position..], smtpUtf8, out var length);
                if (error != PathError.None)
                    return error;
                if (position + length > MaxLength)
                    return PathError.LocalPartTooLong;

                input.Slice(position, length).CopyTo(text[count..]);
                count += length;
                position += length;
                continue;
            }

            // quoted-pairSMTP = "\" %d32-126: RFC 6531 §3.3 does not extend it
            if (octet == (byte)'\\')
            {
                if (++position == input.Length)
                    return PathError.LocalPart;

                octet = input[position];
                if (octet >= 0x80)
                    return PathError.EightBit;
            }

            if (AddressOctets.IsControl(octet))
                return PathError.Control;

            text[count++] = octet;
            position++;
        }

        return position < input.Length ? PathError.LocalPartTooLong : PathError.LocalPart;
    }
}
