namespace Garita.Protocols.Address;

/// <summary>Reads the domain or address literal of a path and stops at the first octet after it.</summary>
internal static class DomainReader
{
    internal static PathError Read(ReadOnlySpan<byte> input, bool smtpUtf8, out string domain, out bool trailingDot, out int consumed)
    {
        domain = string.Empty;
        trailingDot = false;
        consumed = 0;
        if (!input.IsEmpty && input[0] == (byte)'[')
            return ReadLiteral(input, out domain, out consumed);

        var end = 0;
        var eightBit = false;
        while (end < input.Length && (DomainName.IsLetterDigitHyphen(input[end]) || input[end] == (byte)'.' || input[end] >= 0x80))
            eightBit |= input[end++] >= 0x80;

        if (eightBit && !smtpUtf8)
            return PathError.EightBit;
        if (end < input.Length && AddressOctets.IsControl(input[end]))
            return PathError.Control;

        var text = input[..end];
        if (text.Length > 1 && text[^1] == (byte)'.')
        {
            trailingDot = true;
            text = text[..^1];
        }

        // A U-label may be longer than its A-label, so that only the latter's length counts there.
        if (!eightBit && text.Length > DomainName.MaxLength)
            return PathError.DomainTooLong;
        if (!DomainName.TryNormalize(text, smtpUtf8, out var normalized))
            return eightBit && !System.Text.Unicode.Utf8.IsValid(text) ? PathError.EightBit : PathError.Domain;

        domain = normalized!;
        consumed = end;
        return PathError.None;
    }

    private static PathError ReadLiteral(ReadOnlySpan<byte> input, out string domain, out int consumed)
    {
        domain = string.Empty;
        consumed = 0;
        foreach (var octet in input)
        {
            consumed++;
            if (octet == (byte)']')
                break;
            if (octet >= 0x7F || octet < 0x20)
            {
                consumed = 0;
                return AddressOctets.Blame(octet, PathError.Domain);
            }
        }

        if (AddressLiteral.TryNormalize(input[..consumed], out var literal))
        {
            domain = literal!;
            return PathError.None;
        }

        consumed = 0;
        return PathError.Domain;
    }
}
