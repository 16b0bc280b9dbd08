using System.Text.RegularExpressions;
using Garita.Hardening.Host;

namespace Garita.Hardening.Logging;

/// <summary>Statements of rsyslog.conf(5) in the order in which they count, with what is included.</summary>
internal static partial class RsyslogSettings
{
    /// <summary>Null when there is no rsyslog here. A statement with parentheses over several lines is one.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<string>? Statements(View host)
    {
        if (host.Read("/etc/rsyslog.conf") is not { } text)
            return null;
        var statements = new List<string>();
        Add(host, text, statements, 0);
        return statements;
    }

    /// <summary>A parameter of a statement with parentheses, or null.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="name">The parameter, in any case.</param>
    public static string? Parameter(string statement, string name) =>
        ParameterForm().Matches(statement).FirstOrDefault(match => string.Equals(match.Groups["name"].Value, name, StringComparison.OrdinalIgnoreCase))?.Groups["value"].Value;

    private static void Add(View host, string text, List<string> statements, int depth)
    {
        if (depth > 8)
            throw new CannotLookException("rsyslog.conf includes itself");
        var open = "";
        foreach (var raw in Text.Lines(text.Replace("\\\n", " ", StringComparison.Ordinal)))
        {
            var comment = raw.IndexOf(" #", StringComparison.Ordinal);
            var line = open + (comment < 0 ? raw : raw[..comment].TrimEnd());
            if (line.Count(static letter => letter == '(') > line.Count(static letter => letter == ')'))
            {
                open = line + ' ';
                continue;
            }
            open = "";
            var pattern = Text.Words(line) is [var directive, var argument, ..] && directive.Equals("$IncludeConfig", StringComparison.OrdinalIgnoreCase) ? argument
                : line.StartsWith("include(", StringComparison.OrdinalIgnoreCase) ? Parameter(line, "file") : null;
            if (pattern is null)
                statements.Add(line);
            else
                Include(host, pattern, statements, depth);
        }
    }

    private static void Include(View host, string pattern, List<string> statements, int depth)
    {
        var folder = pattern[..pattern.LastIndexOf('/')];
        var name = pattern[(folder.Length + 1)..];
        var star = name.IndexOf('*', StringComparison.Ordinal);
        foreach (var file in star < 0 ? [name] : (host.List(folder) ?? []).Where(file => !file.StartsWith('.') && file.StartsWith(name[..star], StringComparison.Ordinal) && file.EndsWith(name[(star + 1)..], StringComparison.Ordinal)))
        {
            if (host.Read($"{folder}/{file}") is { } text)
                Add(host, text, statements, depth + 1);
        }
    }

    [GeneratedRegex("""(?<name>[A-Za-z.]+)\s*=\s*"(?<value>[^"]*)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ParameterForm();
}
