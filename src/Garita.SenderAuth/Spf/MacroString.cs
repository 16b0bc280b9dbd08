namespace Garita.SenderAuth.Spf;

/// <summary>A piece of a macro-string: literal text, or a macro with its transformers (RFC 7208 §7.1).</summary>
/// <param name="Literal">The text; null for a macro.</param>
/// <param name="IsExpand">Whether the grammar calls it a macro-expand: a macro, or <c>%%</c>, <c>%_</c>, <c>%-</c>.</param>
/// <param name="Letter">The macro letter in lower case.</param>
/// <param name="Escapes">Whether it was upper case: the value is URL-escaped.</param>
/// <param name="Keep">Right-hand parts that are kept; 0 for all.</param>
/// <param name="Reverses">Whether the parts are reversed.</param>
/// <param name="Delimiters">Where the value is split; empty for the dot.</param>
internal readonly record struct MacroPiece(string? Literal, bool IsExpand, char Letter, bool Escapes, int Keep, bool Reverses, string Delimiters);

/// <summary>A macro-string as it was parsed (RFC 7208 §7.1).</summary>
/// <param name="pieces">Its pieces; neighbouring literal characters are one.</param>
internal sealed class MacroString(IReadOnlyList<MacroPiece> pieces)
{
    internal IReadOnlyList<MacroPiece> Pieces { get; } = pieces;

    /// <summary>Whether one of these macros stands in it.</summary>
    /// <param name="letters">Letters in lower case.</param>
    internal bool Uses(ReadOnlySpan<char> letters)
    {
        foreach (var piece in Pieces)
        {
            if (piece.Literal is null && letters.Contains(piece.Letter))
                return true;
        }

        return false;
    }
}
