namespace Garita.Hardening.Updates;

/// <summary>Debian's control files (deb822(5)): stanzas of fields.</summary>
internal static class ControlFile
{
    /// <summary>Each stanza as fields by name in lower case; lines that go on are joined by line ends.</summary>
    /// <param name="text">The file's text.</param>
    public static IEnumerable<Dictionary<string, string>> Stanzas(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var last = "";
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();
            if (line.Length == 0)
            {
                if (fields.Count > 0)
                    yield return fields;
                (fields, last) = (new(StringComparer.Ordinal), "");
            }
            else if (line[0] is ' ' or '\t')
            {
                if (last.Length > 0)
                    fields[last] += '\n' + line.Trim();
            }
            else if (line[0] != '#' && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                last = line[..colon].ToLowerInvariant();
                fields[last] = line[(colon + 1)..].Trim();
            }
        }
        if (fields.Count > 0)
            yield return fields;
    }
}
