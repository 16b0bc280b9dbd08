using System.Buffers;

namespace Garita.SenderAuth.Spf;

/// <summary>Reads macro-strings, domain-specs and explain-strings (RFC 7208 §7.1). In one pass, without backing up.</summary>
internal static class MacroReader
{
    private const string Letters = "slodipvh";

    // RFC 7208 §7.2: c, r and t are for explanations alone.
    private const string ExplanationLetters = "slodipvhcrt";

    // More parts than a value can have; longer numbers mean the same.
    private const int MostKept = 1000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    /// <summary>Reads a macro-string as unknown modifiers have it: any letter of the grammar.</summary>
    internal static MacroString? ReadText(ReadOnlySpan<char> text) => Read(text, ExplanationLetters, allowSpace: false);

    /// <summary>Reads an explain-string: a macro-string with spaces (RFC 7208 §6.2).</summary>
    internal static MacroString? ReadExplanation(ReadOnlySpan<char> text) => Read(text, ExplanationLetters, allowSpace: true);

    /// <summary>Reads a domain-spec: a macro-string that ends in a macro, or in a dot and a top label.</summary>
    internal static MacroString? ReadDomain(ReadOnlySpan<char> text) =>
        Read(text, Letters, allowSpace: false) is { Pieces.Count: > 0 } read && (read.Pieces[^1].IsExpand || EndsInTopLabel(read.Pieces[^1].Literal)) ? read : null;

    private static bool EndsInTopLabel(ReadOnlySpan<char> literal)
    {
        if (literal.EndsWith('.'))
            literal = literal[..^1];
        var dot = literal.LastIndexOf('.');
        if (dot < 0)
            return false;

        // toplabel: letters, digits and inner hyphens, not digits alone.
        var label = literal[(dot + 1)..];
        if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            return false;
        var isNumber = true;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
            isNumber &= char.IsAsciiDigit(c);
        }

        return !isNumber;
    }

    private static MacroString? Read(ReadOnlySpan<char> text, ReadOnlySpan<char> letters, bool allowSpace)
    {
        var pieces = new List<MacroPiece>();
        while (!text.IsEmpty)
        {
            var length = text.IndexOf('%');
            var literal = length < 0 ? text : text[..length];
            // macro-literal: visible ASCII.
            if (literal.ContainsAnyExceptInRange(allowSpace ? ' ' : '!', '~'))
                return null;
            if (!literal.IsEmpty)
                pieces.Add(Literal(literal.ToString(), isExpand: false));
            text = text[literal.Length..];
            if (text.IsEmpty)
                break;
            if (text.Length < 2)
                return null;
            switch (text[1])
            {
                case '%':
                    pieces.Add(Literal("%", isExpand: true));
                    break;
                case '_':
                    pieces.Add(Literal(" ", isExpand: true));
                    break;
                case '-':
                    pieces.Add(Literal("%20", isExpand: true));
                    break;
                case '{':
                    var end = text.IndexOf('}');
                    if (end < 0 || ReadMacro(text[2..end], letters) is not { } macro)
                        return null;
                    pieces.Add(macro);
                    text = text[(end + 1)..];
                    continue;
                default:
                    return null;
            }

            text = text[2..];
        }

        return new MacroString(pieces);
    }

    private static MacroPiece? ReadMacro(ReadOnlySpan<char> text, ReadOnlySpan<char> letters)
    {
        if (text.IsEmpty || !char.IsAscii(text[0]) || !letters.Contains(char.ToLowerInvariant(text[0])))
            return null;
        var (letter, escapes) = (char.ToLowerInvariant(text[0]), char.IsAsciiLetterUpper(text[0]));
        text = text[1..];

        var (keep, digits) = (0, 0);
        for (; digits < text.Length && char.IsAsciiDigit(text[digits]); digits++)
            keep = Math.Min(MostKept, keep * 10 + (text[digits] - '0'));
        // RFC 7208 §7.1: a number must not be zero.
        if (digits > 0 && keep == 0)
            return null;
        text = text[digits..];

        var reverses = !text.IsEmpty && text[0] is 'r' or 'R';
        if (reverses)
            text = text[1..];
        return text.ContainsAnyExcept(Delimiters) ? null : new MacroPiece(null, true, letter, escapes, keep, reverses, text.ToString());
    }

    private static MacroPiece Literal(string text, bool isExpand) => new(text, isExpand, '\0', false, 0, false, "");
}
