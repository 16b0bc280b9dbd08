using System.Buffers;
using System.Globalization;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>
/// The value of ORCPT: address type, semicolon, encoded address (RFC 3461 §4.2; RFC 6533 §3 for the type <c>utf-8</c>).
/// The address is not read as a mailbox: other types than <c>rfc822</c> have other forms, and nothing is ever sent to it.
/// </summary>
internal static class OriginalRecipientText
{
    internal const int MaxLength = 500; // RFC 3461 §4.2, as encoded

    internal static SyntaxError Read(ReadOnlySpan<byte> value, bool smtpUtf8, out string? text)
    {
        text = null;
        if (value.Length > MaxLength)
            return SyntaxError.TooLong;

        var semicolon = value.IndexOf((byte)';');
        if (semicolon <= 0 || semicolon == value.Length - 1)
            return SyntaxError.ParameterValue;

        // addr-type is an atom; those registered are letters, digits and hyphens
        var type = value[..semicolon];
        foreach (var octet in type)
        {
            if (!DomainName.IsLetterDigitHyphen(octet))
                return SyntaxError.ParameterValue;
        }

        Span<char> decoded = stackalloc char[MaxLength];
        Ascii.ToLower(type, decoded, out _);
        decoded[semicolon] = ';';
        var address = value[(semicolon + 1)..];
        int length;
        if (Ascii.EqualsIgnoreCase(type, "utf-8"u8))
        {
            var error = DecodeUtf8(address, smtpUtf8, decoded[(semicolon + 1)..], out length);
            if (error != SyntaxError.None)
                return error;
        }
        else if (!Xtext.TryDecode(address, decoded[(semicolon + 1)..], out length))
        {
            return Ascii.IsValid(address) ? SyntaxError.ParameterValue : SyntaxError.EightBit;
        }

        text = new string(decoded[..(semicolon + 1 + length)]);
        return SyntaxError.None;
    }

    /// <summary>RFC 6533 §3: utf-8-addr-xtext, or utf-8-addr-unitext, which has UTF-8 as well and needs SMTPUTF8.</summary>
    private static SyntaxError DecodeUtf8(ReadOnlySpan<byte> input, bool smtpUtf8, Span<char> text, out int length)
    {
        length = 0;
        while (!input.IsEmpty)
        {
            Rune rune;
            int consumed;
            if (input[0] == (byte)'\\')
            {
                if (!TryDecodeEmbedded(input, out rune, out consumed))
                    return SyntaxError.ParameterValue;
            }
            else
            {
                if (input[0] >= 0x80 && !smtpUtf8)
                    return SyntaxError.EightBit;
                if (Rune.DecodeFromUtf8(input, out rune, out consumed) != OperationStatus.Done)
                    return SyntaxError.EightBit;
                if (rune.Value is '+' or '=' or ' ') // no QCHAR
                    return SyntaxError.ParameterValue;
            }

            if (Rune.IsControl(rune))
                return SyntaxError.ParameterValue;

            length += rune.EncodeToUtf16(text[length..]);
            input = input[consumed..];
        }

        return SyntaxError.None;
    }

    /// <summary>EmbeddedUnicodeChar = "\x{" HEXPOINT "}".</summary>
    private static bool TryDecodeEmbedded(ReadOnlySpan<byte> input, out Rune rune, out int consumed)
    {
        rune = default;
        consumed = 0;
        var end = input.IndexOf((byte)'}');
        if (!input.StartsWith("\\x{"u8) || end is < 5 or > 9)
            return false;

        consumed = end + 1;
        return uint.TryParse(input[3..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.TryCreate(value, out rune);
    }
}
