namespace Garita.Hardening.Host;

/// <summary>Reads the simple forms that settings files have.</summary>
public static class Text
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>The lines without comments, trimmed, none empty.</summary>
    /// <param name="text">A file's text.</param>
    public static IReadOnlyList<string> Lines(string text) =>
        [.. text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] is not '#' and not ';')];

    /// <summary>The first line.</summary>
    /// <param name="text">A text.</param>
    public static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? text[..end].TrimEnd() : text;

    /// <summary>The words of a line.</summary>
    /// <param name="line">A line.</param>
    public static string[] Words(string line) => line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Lines of the form <c>key = value</c>, later ones win; quotes around a value are left out.</summary>
    /// <param name="text">A file's text.</param>
    /// <param name="separator">Between key and value; a blank means any blanks.</param>
    /// <param name="comparer">How keys are compared; by default exactly.</param>
    public static Dictionary<string, string> Values(string text, char separator = '=', StringComparer? comparer = null)
    {
        var values = new Dictionary<string, string>(comparer ?? StringComparer.Ordinal);
        foreach (var line in Lines(text))
        {
            var at = separator == ' ' ? line.IndexOfAny(Blanks) : line.IndexOf(separator, StringComparison.Ordinal);
            if (at > 0)
                values[line[..at].TrimEnd()] = Unquoted(line[(at + 1)..].Trim());
        }
        return values;
    }

    private static string Unquoted(string value) => value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
