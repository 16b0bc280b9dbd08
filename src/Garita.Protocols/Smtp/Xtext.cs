namespace Garita.Protocols.Smtp;

/// <summary>
/// xtext (RFC 3461 §4): printable ASCII in which "+" and "=" and whatever else are written as "+" and two hexadecimal digits.
/// Stricter than the RFC in one point: what decodes to a control character, NUL or an octet above 127 is refused,
/// because decoded values end up in notices and other commands.
/// </summary>
internal static class Xtext
{
    /// <summary>Decodes into <paramref name="text"/>, which must hold <c>input.Length</c> characters. False where it is not xtext or not printable.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> input, Span<char> text, out int length)
    {
        length = 0;
        for (var i = 0; i < input.Length; i++)
        {
            var octet = input[i];
            if (octet is < 0x21 or > 0x7E or (byte)'=')
                return false;

            if (octet == (byte)'+')
            {
                // The RFC wants upper case digits; others decode alike, and nothing can be hidden by them.
                if (i + 2 >= input.Length || !char.IsAsciiHexDigit((char)input[i + 1]) || !char.IsAsciiHexDigit((char)input[i + 2]))
                    return false;

                octet = (byte)((HexValue(input[i + 1]) << 4) | HexValue(input[i + 2]));
                if (octet is < 0x20 or > 0x7E)
                    return false;
                i += 2;
            }

            text[length++] = (char)octet;
        }

        return true;
    }

    /// <summary>Whether this printable ASCII character stands for itself in xtext.</summary>
    internal static bool IsPlain(char character) => character is > ' ' and < (char)0x7F and not ('+' or '=');

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
