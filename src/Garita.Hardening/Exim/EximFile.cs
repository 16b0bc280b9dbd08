using System.Text;
using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

/// <summary>
/// Reads an Exim configuration: macros, conditions, included files, the main section and the other sections' lines. Conditions on what Exim was built
/// with count as true. What is expanded while mail comes (<c>${…}</c>) stays as it is written.
/// </summary>
internal sealed class EximFile(Func<string, string?> read)
{
    private const int Deepest = 8;
    private readonly List<(string Name, string Value)> _macros = [];
    private readonly List<string> _lines = [];

    /// <summary>All lines that hold, macros replaced, joined where they go on.</summary>
    public static IReadOnlyList<string> Lines(string path, Func<string, string?> read)
    {
        var file = new EximFile(read);
        file.Add(path, mustExist: true, 0);
        return file._lines;
    }

    private void Add(string path, bool mustExist, int depth)
    {
        if (depth > Deepest)
            throw new CannotLookException($"{path} is included too deeply");
        if (read(path) is not { } text)
        {
            if (mustExist)
                throw new CannotLookException(path + " is missing");
            return;
        }
        var conditions = new Stack<(bool Holds, bool Had)>();
        foreach (var line in Logical(text))
        {
            if (line.StartsWith('.') && Directive(line, conditions, depth))
                continue;
            if (conditions.Any(static condition => !condition.Holds) || Macro(line))
                continue;
            _lines.Add(Replaced(line));
        }
    }

    private bool Directive(string line, Stack<(bool Holds, bool Had)> conditions, int depth)
    {
        var words = Text.Words(line);
        switch (words[0])
        {
            case ".ifdef" or ".ifndef":
                var holds = words[1..].Any(Defined) == words[0] is ".ifdef";
                conditions.Push((holds, holds));
                return true;
            case ".elifdef" or ".elifndef" when conditions.TryPop(out var before):
                var now = !before.Had && words[1..].Any(Defined) == words[0] is ".elifdef";
                conditions.Push((now, before.Had || now));
                return true;
            case ".else" when conditions.TryPop(out var condition):
                conditions.Push((!condition.Had, true));
                return true;
            case ".endif" when conditions.TryPop(out _):
                return true;
            case ".include" or ".include_if_exists" when words.Length > 1:
                if (conditions.All(static condition => condition.Holds))
                    Add(Replaced(words[1]).Trim('"'), words[0] is ".include", depth + 1);
                return true;
            default:
                return false;
        }
    }

    // Names that begin with an underscore tell what Exim was built with.
    private bool Defined(string name) => name.StartsWith('_') || _macros.Exists(macro => name.Contains(macro.Name, StringComparison.Ordinal));

    /// <summary>NAME = value, or NAME == value for one that is there already.</summary>
    private bool Macro(string line)
    {
        if (!char.IsAsciiLetterUpper(line[0]))
            return false;
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
            end++;
        var rest = line[end..].TrimStart();
        if (!rest.StartsWith('='))
            return false;
        var (name, value) = (line[..end], Replaced(rest.TrimStart('=').Trim()));
        var at = _macros.FindIndex(macro => string.Equals(macro.Name, name, StringComparison.Ordinal));
        if (at >= 0)
            _macros[at] = (name, value);
        else
            _macros.Add((name, value));
        return true;
    }

    private string Replaced(string line)
    {
        foreach (var (name, value) in _macros)
        {
            if (line.Contains(name, StringComparison.Ordinal))
                line = line.Replace(name, value, StringComparison.Ordinal);
            if (line.Length > 100_000)
                throw new CannotLookException("macros of Exim's configuration grow without end");
        }
        return line;
    }

    private static IEnumerable<string> Logical(string text)
    {
        var going = new StringBuilder();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('#') || (line.Length == 0 && going.Length == 0))
                continue;
            if (line.EndsWith('\\'))
            {
                going.Append(line.AsSpan(0, line.Length - 1));
                continue;
            }
            var whole = going.Append(line).ToString().Trim();
            going.Clear();
            if (whole.Length > 0)
                yield return whole;
        }
    }
}
