using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Octets of a declared charset as text, by every reading that could matter for the end of a file name: the declared charset, UTF-8 and, since
/// every octet has a character there, ISO 8859-1. UTF-7 is among them: old readers still decode it, and it hides letters.
/// </summary>
internal static class CharsetText
{
    /// <summary>Text of raw header octets: UTF-8 where it is that, else ISO 8859-1.</summary>
    internal static string OfHeader(ReadOnlySpan<byte> octets) => System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);

    internal static IEnumerable<string> Readings(byte[] octets, string charset)
    {
        if (Declared(octets, charset) is { } declared)
            yield return declared;
        yield return OfHeader(octets);
    }

    private static string? Declared(byte[] octets, string charset)
    {
        // RFC 2231 §5: a language may follow the charset.
        var star = charset.IndexOf('*', StringComparison.Ordinal);
        var name = (star >= 0 ? charset[..star] : charset).Trim().ToLowerInvariant();
        if (name is "" or "us-ascii" or "ascii" or "utf-8" or "utf8")
            return null;
        if (name is "utf-7" or "unicode-1-1-utf-7" or "utf7")
            return Utf7(octets);
        try
        {
            var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            return encoding.GetString(octets);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // RFC 2152: base64 of UTF-16BE between "+" and "-".
    private static string Utf7(byte[] octets)
    {
        var text = new StringBuilder(octets.Length);
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] != '+')
            {
                text.Append((char)octets[i]);
                continue;
            }

            var bits = 0;
            var held = 0;
            var any = false;
            for (i++; i < octets.Length && Base64Text.ValueOf(octets[i]) is >= 0 and var value; i++)
            {
                any = true;
                bits = ((bits << 6) | value) & 0xFFFFFF;
                held += 6;
                if (held < 16)
                    continue;
                held -= 16;
                text.Append((char)((bits >> held) & 0xFFFF));
            }

            if (i < octets.Length && octets[i] == '-')
            {
                if (!any)
                    text.Append('+');
            }
            else
            {
                i--;
            }
        }

        return text.ToString();
    }
}
