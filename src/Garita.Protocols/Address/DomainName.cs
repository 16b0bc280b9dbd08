using System.Globalization;
using System.Text;

namespace Garita.Protocols.Address;

/// <summary>
/// Domain names as SMTP writes them (RFC 5321 §4.1.2, §2.3.5). It checks the form only: no look-up, no list of top-level domains,
/// and a name of digits alone is a name.
/// </summary>
public static class DomainName
{
    /// <summary>The most octets a domain may have (RFC 5321 §4.5.3.1.2).</summary>
    public const int MaxLength = 255;

    private const int MaxLabel = 63; // RFC 1035 §2.3.4

    // A character that looks like a dot to IDNA is no dot to SMTP: RFC 6531 §3.3 knows U+002E alone.
    private static readonly System.Buffers.SearchValues<char> OtherDots = System.Buffers.SearchValues.Create("\u3002\uFF0E\uFF61");

    // RFC 5890 §2.3.1: STD3 rules, so that no mapped character becomes punctuation.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>Whether this is a Domain of RFC 5321 §4.1.2: labels of letters, digits and inner hyphens, 1 to 63 octets each, 255 in all, no trailing dot. One label is enough.</summary>
    public static bool IsDomain(ReadOnlySpan<byte> ascii)
    {
        if (ascii.IsEmpty || ascii.Length > MaxLength)
            return false;

        var start = 0;
        for (var i = 0; i <= ascii.Length; i++)
        {
            if (i < ascii.Length && ascii[i] != (byte)'.')
            {
                if (!IsLetterDigitHyphen(ascii[i]))
                    return false;
                continue;
            }

            if (i == start || i - start > MaxLabel || ascii[start] == (byte)'-' || ascii[i - 1] == (byte)'-')
                return false;
            start = i + 1;
        }

        return true;
    }

    /// <summary>
    /// Whether this is an address literal of RFC 5321 §4.1.3 with its brackets: <c>[192.0.2.1]</c> or <c>[IPv6:2001:db8::1]</c>.
    /// A general address literal is refused: no tag but IPv6 has ever been registered.
    /// </summary>
    public static bool IsAddressLiteral(ReadOnlySpan<byte> text)
    {
        Span<byte> address = stackalloc byte[16];
        return AddressLiteral.TryParse(text, address, out _);
    }

    /// <summary>Brings a domain into the form in which domains are compared and sent: lower case, U-labels as A-labels (RFC 5890 §2.3.2.1).</summary>
    /// <param name="domain">The domain without brackets and trailing dot; UTF-8 when <paramref name="smtpUtf8"/> is set.</param>
    /// <param name="smtpUtf8">Whether U-labels are allowed (RFC 6531 §3.3).</param>
    /// <param name="normalized">The ASCII form; null where the domain is not valid.</param>
    public static bool TryNormalize(ReadOnlySpan<byte> domain, bool smtpUtf8, out string? normalized)
    {
        normalized = null;
        if (Ascii.IsValid(domain))
        {
            if (!IsDomain(domain))
                return false;

            Span<char> lower = stackalloc char[MaxLength];
            Ascii.ToLower(domain, lower, out var length);
            normalized = new string(lower[..length]);
            return true;
        }

        return smtpUtf8 && TryToAscii(domain, out normalized);
    }

    /// <summary>A domain with its A-labels as the U-labels they stand for (RFC 5890 §2.3.2.1).</summary>
    /// <param name="domain">The domain in lower case.</param>
    /// <returns>Null where it has none, or where one stands for nothing that leads back to it.</returns>
    public static string? ToUnicode(string domain)
    {
        if (!domain.StartsWith("xn--", StringComparison.Ordinal) && !domain.Contains(".xn--", StringComparison.Ordinal))
            return null;
        try
        {
            var unicode = Idn.GetUnicode(domain);
            return string.Equals(Idn.GetAscii(unicode), domain, StringComparison.OrdinalIgnoreCase) && !System.Text.Ascii.IsValid(unicode) ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null; // IdnMapping knows no Try method
        }
    }

    internal static bool IsLetterDigitHyphen(byte octet) => char.IsAsciiLetterOrDigit((char)octet) || octet == (byte)'-';

    private static bool TryToAscii(ReadOnlySpan<byte> domain, out string? ascii)
    {
        ascii = null;
        // Longer names cannot become valid; they are not shown to ICU at all.
        Span<char> text = stackalloc char[MaxLength];
        if (domain.Length > 4 * MaxLength
            || !System.Text.Unicode.Utf8.IsValid(domain)
            || System.Text.Unicode.Utf8.ToUtf16(domain, text, out _, out var length) != System.Buffers.OperationStatus.Done
            || text[..length].ContainsAny(OtherDots))
        {
            return false;
        }

        try
        {
            ascii = Idn.GetAscii(new string(text[..length])).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false; // IdnMapping knows no Try method
        }

        Span<byte> octets = stackalloc byte[MaxLength];
        if (Ascii.FromUtf16(ascii, octets, out var written) == System.Buffers.OperationStatus.Done && IsDomain(octets[..written]))
            return true;

        ascii = null;
        return false;
    }
}
