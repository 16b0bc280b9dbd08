namespace Garita.Hardening.Postfix;

/// <summary>Reads main.cf and master.cf as postconf(5) and master(5) say.</summary>
internal static class PostfixFiles
{
    /// <summary>Settings of main.cf, later ones win.</summary>
    public static Dictionary<string, string> Main(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in LogicalLines(text))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                values[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        return values;
    }

    /// <summary>Services of master.cf.</summary>
    public static List<PostfixService> Master(string text)
    {
        var services = new List<PostfixService>();
        foreach (var line in LogicalLines(text))
        {
            var words = Words(line);
            if (words.Count >= 8)
                services.Add(new(words[0], words[1], words[4], words[7], Overrides(words[8..])));
        }
        return services;
    }

    /// <summary>A line that begins with a blank goes on from the one before; comments and empty lines between do not end it.</summary>
    private static List<string> LogicalLines(string text)
    {
        var lines = new List<string>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();
            if (line.Length == 0 || line.TrimStart().StartsWith('#'))
                continue;
            if (char.IsWhiteSpace(line[0]) && lines.Count > 0)
                lines[^1] += " " + line.TrimStart();
            else
                lines.Add(line.Trim());
        }
        return lines;
    }

    /// <summary>Words; what stands in braces is one.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            if (char.IsWhiteSpace(line[i]))
            {
                i++;
                continue;
            }
            var start = i;
            var depth = 0;
            while (i < line.Length && (depth > 0 || !char.IsWhiteSpace(line[i])))
            {
                depth += line[i] == '{' ? 1 : line[i] == '}' ? -1 : 0;
                i++;
            }
            words.Add(line[start..i]);
        }
        return words;
    }

    private static Dictionary<string, string> Overrides(List<string> arguments)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("-o", StringComparison.Ordinal))
                continue;
            var setting = arguments[i].Length > 2 ? arguments[i][2..] : i + 1 < arguments.Count ? arguments[++i] : "";
            if (setting.StartsWith('{') && setting.EndsWith('}'))
                setting = setting[1..^1].Trim();
            if (setting.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                overrides[setting[..at].Trim()] = setting[(at + 1)..].Trim();
        }
        return overrides;
    }
}
