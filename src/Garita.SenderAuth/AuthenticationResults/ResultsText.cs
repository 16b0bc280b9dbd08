namespace Garita.SenderAuth.AuthenticationResults;

/// <summary>Reads one method's result out of what another server found (RFC 8601 §2.2). For results whose writer is trusted; it judges nothing.</summary>
public static class ResultsText
{
    /// <summary>The result of the first mention of a method, lower case; null where it is not mentioned.</summary>
    /// <param name="text">The value of an Authentication-Results or ARC-Authentication-Results field, unfolded.</param>
    /// <param name="method">The method, lower case.</param>
    public static string? ResultOf(string text, string method)
    {
        var plain = WithoutComments(text);
        foreach (var range in plain.AsSpan().Split(';'))
        {
            var part = plain.AsSpan(range).Trim();
            var equals = part.IndexOf('=');
            if (equals <= 0)
                continue;
            // RFC 8601 §2.2: a version may stand behind the method.
            var name = part[..equals].TrimEnd();
            if (name.IndexOf('/') is var slash and >= 0)
                name = name[..slash].TrimEnd();
            if (!name.Equals(method, StringComparison.OrdinalIgnoreCase))
                continue;
            var result = part[(equals + 1)..].TrimStart();
            var end = result.IndexOfAnyExcept(Letters);
            return (end < 0 ? result : result[..end]).ToString().ToLowerInvariant();
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>The text with blanks for comments and for what is quoted.</summary>
    private static string WithoutComments(string text) => string.Create(text.Length, text, static (made, text) =>
    {
        var depth = 0;
        var isQuoted = false;
        for (var i = 0; i < made.Length; i++)
        {
            var c = text[i];
            made[i] = ' ';
            if (c == '\\' && (depth > 0 || isQuoted) && i + 1 < made.Length)
                made[++i] = ' ';
            else if (c == '"' && depth == 0)
                isQuoted = !isQuoted;
            else if (c == '(' && !isQuoted)
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
            else if (depth == 0 && !isQuoted)
                made[i] = c;
        }
    });
}
