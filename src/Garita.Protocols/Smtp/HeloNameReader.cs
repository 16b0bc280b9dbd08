using System.Globalization;
using System.Net;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>Tells the forms of a HELO name apart. It refuses only what is no text; what a malformed name costs is for a rule to say.</summary>
internal static class HeloNameReader
{
    private const int MaxLength = 255; // RFC 5321 §4.5.3.1.2

    internal static SyntaxError Read(ReadOnlySpan<byte> text, out HeloName name)
    {
        name = new HeloName(string.Empty, HeloForm.Malformed);
        if (text.IsEmpty)
            return SyntaxError.Command;
        if (text.Length > MaxLength)
        {
            name = Malformed(text);
            return SyntaxError.TooLong;
        }

        // Before the domain: 192.0.2.1 has the form of one.
        Span<byte> address = stackalloc byte[16];
        if (AddressLiteral.TryParseV4(text, address))
            name = new HeloName(new IPAddress(address[..4]).ToString(), HeloForm.BareAddress);
        else if (DomainName.TryNormalize(text, smtpUtf8: false, out var domain))
            name = new HeloName(domain!, text.Contains((byte)'.') ? HeloForm.Domain : HeloForm.SingleLabel);
        else if (AddressLiteral.TryNormalize(text, out var literal))
            name = new HeloName(literal!, HeloForm.AddressLiteral);
        else if (AddressLiteral.TryParseV6(text, address))
            name = new HeloName(new IPAddress(address).ToString(), HeloForm.BareAddress);
        else
            return ReadMalformed(text, out name);

        return SyntaxError.None;
    }

    private static SyntaxError ReadMalformed(ReadOnlySpan<byte> text, out HeloName name)
    {
        name = Malformed(text);
        foreach (var octet in text)
        {
            if (AddressOctets.IsControl(octet))
                return SyntaxError.Command;
        }

        return SyntaxError.None;
    }

    private static HeloName Malformed(ReadOnlySpan<byte> text)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var octet in text)
        {
            // The backslash too, so that two names never read the same.
            var plain = octet is >= 0x20 and < 0x7F and not (byte)'\\';
            if (escaped.Length + (plain ? 1 : 4) > MaxLength)
                break;
            if (plain)
                escaped.Append((char)octet);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{octet:X2}");
        }

        return new HeloName(escaped.ToString(), HeloForm.Malformed);
    }
}
