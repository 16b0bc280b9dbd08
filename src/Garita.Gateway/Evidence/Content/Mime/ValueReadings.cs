using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>The values that readers could take from what follows an equals sign: a quoted string with or without its end, a token, all up to a semicolon, with comments and without.</summary>
internal static class ValueReadings
{
    /// <summary>All of them; the strict one first, at least one.</summary>
    internal static List<string> Of(string rest)
    {
        var found = new List<string>(4);
        var text = rest.TrimStart();
        if (text.StartsWith('"'))
        {
            AddQuoted(found, text);
        }
        else
        {
            var semicolon = text.IndexOf(';', StringComparison.Ordinal);
            var token = text[..(semicolon < 0 ? text.Length : semicolon)].Trim();
            var space = token.AsSpan().IndexOfAny(' ', '\t', ',');
            Add(found, space < 0 ? token : token[..space]);
            Add(found, token);
            Add(found, token.Replace("\"", "", StringComparison.Ordinal).Trim('\''));
            Add(found, WithoutComments(token));
        }

        return found;
    }

    private static void AddQuoted(List<string> found, string text)
    {
        var end = 1;
        while (end < text.Length && text[end] != '"')
            end += text[end] == '\\' ? 2 : 1;
        var inner = text[1..Math.Min(end, text.Length)];
        var closed = end < text.Length;
        // RFC 5322 §3.2.4: a backslash quotes the next character.
        Add(found, Unquote(inner));
        Add(found, inner);
        // Readers that know no backslash end at the first quotation mark; ones that know no quotation mark at the semicolon.
        var quote = text.IndexOf('"', 1);
        if (quote > 0 && quote != end)
            Add(found, text[1..quote]);
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        if (semicolon > 0 && (semicolon < end || !closed))
            Add(found, text[1..semicolon].Trim('"', ' '));
        if (!closed)
            return;
        var behind = text[(end + 1)..];
        semicolon = behind.IndexOf(';', StringComparison.Ordinal);
        var tail = WithoutComments(behind[..(semicolon < 0 ? behind.Length : semicolon)]);
        if (tail.Length > 0)
            Add(found, Unquote(inner) + tail.Replace("\"", "", StringComparison.Ordinal));
    }

    private static string Unquote(string inner)
    {
        if (!inner.Contains('\\', StringComparison.Ordinal))
            return inner;
        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length)
                i++;
            text.Append(inner[i]);
        }

        return text.ToString();
    }

    /// <summary>Without comments (RFC 5322 §3.2.2), nested ones too.</summary>
    internal static string WithoutComments(string text)
    {
        if (!text.Contains('(', StringComparison.Ordinal))
            return text.Trim();
        var kept = new StringBuilder(text.Length);
        var depth = 0;
        foreach (var c in text)
        {
            if (c == '(')
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
            else if (depth == 0)
                kept.Append(c);
        }

        return kept.ToString().Trim();
    }

    private static void Add(List<string> found, string value)
    {
        if (!found.Contains(value, StringComparer.Ordinal))
            found.Add(value);
    }
}
