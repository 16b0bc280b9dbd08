using System.Globalization;
using System.Text;

namespace Garita.Settings;

/// <summary>Shows text from outside on a terminal or in a log: nothing in it can move a cursor, end a line or pose as something else.</summary>
internal static class SafeText
{
    /// <summary>Printable ASCII and letters stay; control characters, bidirectional marks and broken surrogates are written as <c>\u{…}</c>.</summary>
    public static string Escape(string text)
    {
        if (!NeedsEscape(text))
            return text;
        var result = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPlain(rune))
                result.Append(rune.ToString());
            else
                result.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }

        return result.ToString();
    }

    /// <summary>Escaped, in double quotes, cut to 60 characters.</summary>
    public static string Quote(string text) => text.Length > 60 ? $"\"{Escape(text[..57])}…\"" : $"\"{Escape(text)}\"";

    private static bool NeedsEscape(string text)
    {
        foreach (var character in text)
        {
            if (character is < ' ' or > '~')
                return true;
        }

        return false;
    }

    private static bool IsPlain(Rune rune) => rune.Value is >= ' ' and <= '~' || (rune.Value > 0xa0 && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator)
        && rune != Rune.ReplacementChar);
}
