using System.Globalization;
using System.Text;

namespace Garita.Gateway.Ledger;

/// <summary>Text of decision records, made safe for people.</summary>
public static class DecisionText
{
    /// <summary>Text from outside, safe on a terminal and in a log: control and format characters and lone surrogates as <c>\u{1B}</c>, a backslash doubled.</summary>
    /// <param name="outside">The text.</param>
    public static string Escape(string outside)
    {
        if (Ascii.IsValid(outside) && outside.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !outside.Contains('\\', StringComparison.Ordinal))
            return outside;
        var text = new StringBuilder(outside.Length + 16);
        var rest = outside.AsSpan();
        while (!rest.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isRune && rune.Value == '\\')
                text.Append(@"\\");
            else if (isRune && IsPlain(Rune.GetUnicodeCategory(rune)))
                text.Append(rest[..length]);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{(isRune ? rune.Value : rest[0]):X}}}");
            rest = rest[length..];
        }

        return text.ToString();
    }

    private static bool IsPlain(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
