using System.Text;
using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

/// <summary>smtpd.conf(5): directives as words, macros replaced, files included. A running OpenSMTPD is asked whether it takes the file at all.</summary>
internal sealed class OpenSmtpdSettings
{
    private const int Deepest = 8;
    private static readonly string[] Files = ["/etc/smtpd.conf", "/etc/mail/smtpd.conf"];
    private readonly Dictionary<string, string> _macros = new(StringComparer.Ordinal);
    private readonly List<string[]> _directives = [];
    private readonly View _host;

    private OpenSmtpdSettings(View host, string path)
    {
        _host = host;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All directives, each as words without quotes.</summary>
    public IReadOnlyList<string[]> Directives => _directives;

    /// <summary>Those that listen on the network.</summary>
    public IEnumerable<string[]> Listeners => _directives.Where(static words => words is ["listen", "on", not "socket", ..]);

    /// <summary>Null when there is no OpenSMTPD.</summary>
    public static OpenSmtpdSettings? Read(View host)
    {
        if (Files.FirstOrDefault(host.Exists) is not { } path)
            return null;
        if (host.IsLive && host.Has("smtpd") && host.Run("smtpd", "-n", "-f", path) is { ExitCode: not 0 } refused)
            throw new CannotLookException($"smtpd does not take {path}: {Text.FirstLine(refused.Error.Length > 0 ? refused.Error : refused.Output)}");
        var settings = new OpenSmtpdSettings(host, path);
        settings.Add(path, 0);
        return settings;
    }

    /// <summary>The actions by name.</summary>
    public string[]? Action(string name) => _directives.Find(words => words is ["action", var known, ..] && string.Equals(known, name, StringComparison.Ordinal));

    /// <summary>The items of <c>&lt;table&gt;</c>, of a list in braces, or the word itself.</summary>
    public IReadOnlyList<string> Items(string word)
    {
        if (!word.StartsWith('<'))
            return [word];
        var name = word.Trim('<', '>');
        if (_directives.Find(words => words is ["table", var known, _, ..] && string.Equals(known, name, StringComparison.Ordinal)) is not { } table)
            throw new CannotLookException($"{Path} names the table {name}, which it does not have");
        if (table[2].StartsWith('{'))
            return [.. string.Join(' ', table[2..]).Trim('{', '}', ' ').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)];
        var file = table[2].StartsWith("file:", StringComparison.Ordinal) ? table[2][5..] : table[2];
        return file.StartsWith('/')
            ? _host.Lines(file) ?? throw new CannotLookException(file + " is missing")
            : throw new CannotLookException($"the table {name} is in {table[2]}, which is not looked into");
    }

    private void Add(string path, int depth)
    {
        if (depth > Deepest)
            throw new CannotLookException($"{path} is included too deeply");
        foreach (var line in Lines(_host.Read(path) ?? throw new CannotLookException(path + " is missing")))
        {
            var words = Words(line);
            if (words.Length == 0)
                continue;
            if (words is ["include", var file, ..])
                Add(file, depth + 1);
            else if (words.Length > 1 && words[1].StartsWith('=') && words[0] is not "match")
                _macros[words[0]] = words[1].Length > 1 ? words[1][1..] : string.Join(' ', words[2..]);
            else if (words.Length == 1 && words[0].IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                _macros[words[0][..at]] = words[0][(at + 1)..];
            else
                _directives.Add([.. words.Select(Replaced)]);
        }
    }

    private string Replaced(string word)
    {
        if (!word.StartsWith('$'))
            return word;
        return _macros.TryGetValue(word[1..], out var value) ? value : throw new CannotLookException($"{word} is not set in {Path}");
    }

    /// <summary>Lines that end in a backslash go on; so does what stands in braces.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var going = new StringBuilder();
        foreach (var raw in text.Split('\n'))
        {
            var line = WithoutComment(raw).Trim();
            if (line.EndsWith('\\'))
            {
                going.Append(line.AsSpan(0, line.Length - 1)).Append(' ');
                continue;
            }
            going.Append(line);
            var whole = going.ToString();
            if (whole.Count(static c => c == '{') > whole.Count(static c => c == '}'))
            {
                going.Append(' ');
                continue;
            }
            going.Clear();
            if (whole.Length > 0)
                yield return whole;
        }
        if (going.Length > 0)
            yield return going.ToString();
    }

    private static string WithoutComment(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '#' && !quoted)
                return line[..i];
        }
        return line;
    }

    private static string[] Words(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsWhiteSpace(line[i]) || line[i] == ',')
                continue;
            // "! from local" is also written without the blank.
            if (line[i] == '!')
            {
                words.Add("!");
                continue;
            }
            var quoted = line[i] == '"';
            var start = quoted ? i + 1 : i;
            var end = start;
            while (end < line.Length && (quoted ? line[end] != '"' : !char.IsWhiteSpace(line[end]) && line[end] != ','))
                end++;
            words.Add(line[start..end]);
            i = quoted ? end : end - 1;
        }
        return [.. words];
    }
}
