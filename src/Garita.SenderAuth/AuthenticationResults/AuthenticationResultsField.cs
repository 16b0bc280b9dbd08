using System.Buffers;
using System.Text;

namespace Garita.SenderAuth.AuthenticationResults;

/// <summary>
/// Writes the Authentication-Results field (RFC 8601 §2.2). Values come from outside: they are cut to a length, control characters become
/// <c>?</c>, and what is neither a token nor an address is quoted, so that no name can end the field, a result, or begin another.
/// </summary>
public static class AuthenticationResultsField
{
    /// <summary>The field's name.</summary>
    public const string Name = "Authentication-Results";

    /// <summary>Characters of a value that are written; no domain or address is longer.</summary>
    public const int MostValue = 320;

    // RFC 2045 §5.1 and RFC 5322 §3.2.3: what no token, and what no atom, may hold.
    private static readonly SearchValues<char> NoToken = SearchValues.Create(" ()<>@,;:\\\"/[]?=");
    private static readonly SearchValues<char> NoAtom = SearchValues.Create(" ()<>@,;:\\\"[]");
    private static readonly SearchValues<char> NoDomain = SearchValues.Create(" ()<>@,;:\\\"[]/?=!#$%&'*+^`{|}~");

    private const int Width = 78;
    private const int MostResults = 32;

    /// <summary>The whole field, folded, with its final CRLF.</summary>
    /// <param name="serviceId">The authserv-id: our own name.</param>
    /// <param name="results">The results, in order; none are said as such.</param>
    /// <param name="utf8">Whether the message may have UTF-8 in its header (RFC 6532); otherwise characters above 127 become <c>?</c>.</param>
    public static string Write(string serviceId, IReadOnlyList<AuthenticationResult> results, bool utf8)
    {
        var field = new StringBuilder(Name).Append(": ").Append(Keyword(serviceId));
        // RFC 8601 §2.2: no-result.
        if (results.Count == 0)
            return field.Append("; none\r\n").ToString();
        foreach (var result in results.Take(MostResults))
        {
            field.Append(";\r\n\t");
            var column = 8;
            Add(field, $"{Keyword(result.Method)}={Keyword(result.Result)}", ref column);
            if (result.Reason is { Length: > 0 } reason)
                Add(field, " reason=" + Quote(Clean(reason, utf8)), ref column);
            foreach (var property in result.Properties)
                Add(field, $" {Keyword(property.Type)}.{Keyword(property.Name)}={Value(property.Value, utf8)}", ref column);
        }

        return field.Append("\r\n").ToString();
    }

    // RFC 5322 §2.1.1: lines of 78 characters; the blank before a piece becomes the fold.
    private static void Add(StringBuilder field, string piece, ref int column)
    {
        if (column + piece.Length > Width && piece[0] == ' ')
        {
            field.Append("\r\n\t").Append(piece, 1, piece.Length - 1);
            column = 8 + piece.Length - 1;
            return;
        }

        field.Append(piece);
        column += piece.Length;
    }

    // RFC 8601 §2.2: a value is a token, a quoted string, or an address with a domain.
    private static string Value(string value, bool utf8)
    {
        var clean = Clean(value, utf8);
        var at = clean.LastIndexOf('@');
        if (IsToken(clean) || (at >= 0 && (at == 0 || IsDotted(clean.AsSpan(0, at), NoAtom)) && IsDotted(clean.AsSpan(at + 1), NoDomain)))
            return clean;
        return Quote(clean);
    }

    private static string Quote(string clean)
    {
        var text = new StringBuilder(clean.Length + 2).Append('"');
        foreach (var c in clean)
        {
            if (c is '"' or '\\')
                text.Append('\\');
            text.Append(c);
        }

        return text.Append('"').ToString();
    }

    private static string Clean(string value, bool utf8)
    {
        var text = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > MostValue)
                break;
            // Lone surrogates come as U+FFFD; formats and separators could turn or hide what stands behind them.
            var isPlain = rune.Value is >= ' ' and <= '~'
                || (utf8 && rune.Value > 0x9F && Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Format
                    or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator));
            if (isPlain)
                text.Append(rune.ToString());
            else
                text.Append('?');
        }

        return text.ToString();
    }

    private static bool IsToken(string value) => value.Length > 0 && !value.AsSpan().ContainsAny(NoToken) && Ascii.IsValid(value);

    private static bool IsDotted(ReadOnlySpan<char> value, SearchValues<char> without) =>
        !value.IsEmpty && value[0] != '.' && value[^1] != '.' && value.IndexOf("..") < 0 && !value.ContainsAny(without);

    /// <summary>What we write ourselves: letters, digits, and what names have; nothing else gets through even by mistake.</summary>
    private static string Keyword(string word) => string.Create(word.Length, word, static (made, word) =>
    {
        for (var i = 0; i < made.Length; i++)
            made[i] = char.IsAsciiLetterOrDigit(word[i]) || word[i] is '-' or '.' or '_' ? word[i] : '-';
    });
}
