using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Garita.Protocols.Message;

/// <summary>
/// Makes encoded words readable (RFC 2047), as mail programs show them: also where the grammar has no place for them, within quotes for instance.
/// For comparing and showing only. A character set that the runtime does not know is read as ISO 8859-1.
/// </summary>
public static class EncodedWords
{
    private const int MostCharacters = 4096;

    /// <summary>Decodes what can be decoded; the rest stays as it is. Never throws.</summary>
    /// <param name="text">Text of a field, unfolded; what is longer than 4,096 characters is cut.</param>
    public static string Decode(string text)
    {
        if (text.Length > MostCharacters)
            text = text[..MostCharacters];
        if (!text.Contains("=?", StringComparison.Ordinal))
            return text;
        var made = new StringBuilder(text.Length);
        var at = 0;
        var afterWord = false;
        while (at < text.Length)
        {
            var begin = text.IndexOf("=?", at, StringComparison.Ordinal);
            if (begin < 0 || !TryWord(text, begin, out var word, out var end))
            {
                var next = begin < 0 ? text.Length : begin + 2;
                made.Append(text, at, next - at);
                at = next;
                afterWord = false;
                continue;
            }

            // RFC 2047 §6.2: white space between two encoded words is not shown.
            if (!afterWord || !string.IsNullOrWhiteSpace(text[at..begin]))
                made.Append(text, at, begin - at);
            made.Append(word);
            at = end;
            afterWord = true;
        }

        return made.ToString();
    }

    // RFC 2047 §2: =?charset?encoding?text?=; RFC 2231 §5 puts a language behind the charset.
    private static bool TryWord(string text, int begin, out string word, out int end)
    {
        word = "";
        end = 0;
        var charsetEnd = text.IndexOf('?', begin + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= text.Length || text[charsetEnd + 2] != '?')
            return false;
        var close = text.IndexOf("?=", charsetEnd + 3, StringComparison.Ordinal);
        if (close < 0)
            return false;
        var content = text.AsSpan(charsetEnd + 3, close - charsetEnd - 3);
        var octets = char.ToUpperInvariant(text[charsetEnd + 1]) switch
        {
            'B' => Base64(content),
            'Q' => Quoted(content),
            _ => null,
        };
        if (octets is null)
            return false;
        var charset = text.AsSpan(begin + 2, charsetEnd - begin - 2);
        if (charset.IndexOf('*') is var language and >= 0)
            charset = charset[..language];
        word = CharsetOf(charset, octets).GetString(octets);
        end = close + 2;
        return true;
    }

    private static Encoding CharsetOf(ReadOnlySpan<char> name, byte[] octets)
    {
        if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase))
            return Encoding.UTF8;
        if (name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase))
            return name.EndsWith("le", StringComparison.OrdinalIgnoreCase) ? Encoding.Unicode : Encoding.BigEndianUnicode;
        // Many say another set and mean this one.
        return Utf8.IsValid(octets) ? Encoding.UTF8 : Encoding.Latin1;
    }

    private static byte[]? Base64(ReadOnlySpan<char> content)
    {
        // Padding is often forgotten.
        var text = content.TrimEnd('=').ToString().Replace(" ", "", StringComparison.Ordinal);
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), octets, out var length) ? octets[..length] : null;
    }

    // RFC 2047 §4.2.
    private static byte[] Quoted(ReadOnlySpan<char> content)
    {
        var octets = new List<byte>(content.Length);
        for (var at = 0; at < content.Length; at++)
        {
            if (content[at] == '=' && at + 2 < content.Length && byte.TryParse(content.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                at += 2;
            }
            else
            {
                octets.Add(content[at] == '_' ? (byte)' ' : (byte)content[at]);
            }
        }

        return [.. octets];
    }
}
