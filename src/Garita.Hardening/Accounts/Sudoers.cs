using System.Text;

namespace Garita.Hardening.Accounts;

/// <summary>Who may do what by sudo: sudoers(5) with its included files, aliases and long lines.</summary>
internal sealed class Sudoers
{
    /// <summary>The file that sudo reads.</summary>
    public const string MainFile = "/etc/sudoers";
    private const int DeepestInclude = 16;
    private readonly List<(string File, string Line)> _lines = [];
    private readonly Dictionary<string, string[]> _aliases = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private readonly Func<string, string?> _read;
    private readonly Func<string, IReadOnlyList<string>?> _list;

    private Sudoers(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list) => (_read, _list) = (read, list);

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Who may do what.</summary>
    public IReadOnlyList<SudoRule> Rules { get; private set; } = [];

    /// <summary>The options, in the order in which they are read: later ones win.</summary>
    public IReadOnlyList<SudoDefault> Defaults { get; private set; } = [];

    /// <summary>Reads it all, or null where there is no sudoers.</summary>
    /// <param name="read">Reads a file.</param>
    /// <param name="list">Lists a folder.</param>
    public static Sudoers? Read(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list)
    {
        if (read(MainFile) is not { } text)
            return null;
        var sudoers = new Sudoers(read, list);
        sudoers.TakeFile(MainFile, text, 0);
        // An alias may stand after the line that uses it.
        foreach (var (_, line) in sudoers._lines)
            sudoers.TakeAlias(line);
        sudoers.Defaults = [.. sudoers._lines.Where(static known => known.Line.StartsWith("Defaults", StringComparison.Ordinal)).SelectMany(static known => ReadDefaults(known.File, known.Line))];
        sudoers.Rules = [.. sudoers._lines.Where(static known => !known.Line.StartsWith("Defaults", StringComparison.Ordinal) && !IsAlias(known.Line)).Select(known => sudoers.ReadRule(known.File, known.Line)).OfType<SudoRule>()];
        return sudoers;
    }

    private void TakeFile(string path, string text, int depth)
    {
        if (depth > DeepestInclude)
            throw new CannotLookException($"{MainFile} includes files more than {DeepestInclude} deep");
        _files.Add(path);
        foreach (var raw in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            var line = WithoutComment(raw.Trim());
            if (line.Length == 0)
                continue;
            if (Include(line, "includedir") is { } folder)
            {
                // Names with a dot, and those that end in a tilde, are not read.
                foreach (var name in (_list(Absolute(path, folder)) ?? []).Where(static name => !name.Contains('.', StringComparison.Ordinal) && !name.EndsWith('~')).Order(StringComparer.Ordinal))
                    TakeIncluded($"{Absolute(path, folder).TrimEnd('/')}/{name}", depth);
            }
            else if (Include(line, "include") is { } file)
            {
                TakeIncluded(Absolute(path, file), depth);
            }
            else
            {
                _lines.Add((path, line));
            }
        }
    }

    private void TakeIncluded(string path, int depth)
    {
        if (path.Contains('%', StringComparison.Ordinal))
            throw new CannotLookException($"{MainFile} includes {path}, whose name depends on the host");
        if (_read(path) is { } text)
            TakeFile(path, text, depth + 1);
    }

    private static string Absolute(string from, string path) => path.StartsWith('/') ? path : $"{Path.GetDirectoryName(from)}/{path}";

    private static string? Include(string line, string word) =>
        (line[0] is '@' or '#') && line.AsSpan(1).StartsWith(word, StringComparison.Ordinal) && line.Length > word.Length + 1 && line[word.Length + 1] is ' ' or '\t' ? line[(word.Length + 2)..].Trim().Trim('"') : null;

    /// <summary>A hash begins a comment, unless it is an id (<c>#1000</c>), an old include, in quotes or behind a backslash.</summary>
    private static string WithoutComment(string line)
    {
        if (line.StartsWith("#include", StringComparison.Ordinal))
            return line;
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '\\')
                i++;
            else if (line[i] == '#' && !quoted && !(i + 1 < line.Length && (char.IsAsciiDigit(line[i + 1]) || line[i + 1] == '-') && (i == 0 || line[i - 1] is ' ' or '\t' or ',' or '(' or ':' or '%')))
                return line[..i].TrimEnd();
        }
        return line;
    }

    private static bool IsAlias(string line) => line.Split([' ', '\t'], 2)[0] is "User_Alias" or "Runas_Alias" or "Host_Alias" or "Cmnd_Alias" or "Cmd_Alias";

    /// <summary><c>User_Alias ADMINS = alice, bob : OTHERS = carol</c>.</summary>
    private void TakeAlias(string line)
    {
        if (!IsAlias(line))
            return;
        var kind = line[..1];
        foreach (var definition in Split(line[line.IndexOfAny([' ', '\t'])..], ':'))
        {
            if (definition.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                _aliases[$"{kind}:{definition[..at].Trim()}"] = [.. Split(definition[(at + 1)..], ',')];
        }
    }

    /// <summary>What a name stands for; a kind of alias has names of its own.</summary>
    private IEnumerable<string> Resolve(string kind, string name, int depth = 0) =>
        depth < DeepestInclude && _aliases.TryGetValue($"{kind}:{name.TrimStart('!')}", out var members) ? members.SelectMany(member => Resolve(kind, member, depth + 1)) : [name];

    private static IEnumerable<SudoDefault> ReadDefaults(string file, string line)
    {
        var rest = line["Defaults".Length..];
        var scope = "";
        if (rest.Length > 0 && rest[0] is not ' ' and not '\t')
        {
            var end = rest.IndexOfAny([' ', '\t']);
            (scope, rest) = end < 0 ? (rest, "") : (rest[..end], rest[end..]);
        }
        foreach (var option in Split(rest, ','))
        {
            var at = option.IndexOf('=', StringComparison.Ordinal);
            yield return at < 0 ? new SudoDefault(file, scope, option.Replace(" ", "", StringComparison.Ordinal), "") : new SudoDefault(file, scope, option[..at].TrimEnd('+', '-', ' ', '\t'), option[(at + 1)..].Trim().Trim('"'));
        }
    }

    /// <summary><c>users hosts = (runas) TAG: commands : hosts = commands</c>.</summary>
    private SudoRule? ReadRule(string file, string line)
    {
        var equal = line.IndexOf('=', StringComparison.Ordinal);
        if (equal < 0)
            return null;
        // The users end at the first blank that no comma is beside.
        var end = 0;
        while (end < equal && !(line[end] is ' ' or '\t' && line[..end].TrimEnd()[^1] != ',' && line[end..].TrimStart()[0] != ','))
            end++;
        var commands = new List<SudoCommand>();
        foreach (var specification in Split(line[end..], ':', afterBlankOnly: true))
        {
            var at = specification.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
                continue;
            // A tag holds for what comes after it, too.
            var free = false;
            foreach (var entry in Split(specification[(at + 1)..], ','))
            {
                var rest = entry;
                if (rest.StartsWith('(') && rest.IndexOf(')', StringComparison.Ordinal) is var close and > 0)
                    rest = rest[(close + 1)..].TrimStart();
                for (var colon = Tag(rest); colon > 0; colon = Tag(rest))
                {
                    free = rest[..colon].TrimEnd() switch
                    {
                        "NOPASSWD" => true,
                        "PASSWD" => false,
                        _ => free,
                    };
                    rest = rest[(colon + 1)..].TrimStart();
                }
                commands.AddRange(Resolve("C", rest).Select(command => new SudoCommand(command, free)));
            }
        }
        return new SudoRule(file, [.. Split(line[..end], ',').SelectMany(user => Resolve("U", user))], commands);
    }

    /// <summary>Where a tag ends, or -1 when there is none.</summary>
    private static int Tag(string text)
    {
        var at = 0;
        while (at < text.Length && (char.IsAsciiLetterUpper(text[at]) || text[at] == '_'))
            at++;
        var colon = at;
        while (colon < text.Length && text[colon] is ' ' or '\t')
            colon++;
        return at > 0 && colon < text.Length && text[colon] == ':' ? colon : -1;
    }

    /// <summary>Parts between separators that are not in quotes, brackets or behind a backslash. A colon between specifications has blanks around it, that of a tag none before or comes after capitals.</summary>
    private static List<string> Split(string text, char separator, bool afterBlankOnly = false)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var (quoted, depth) = (false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '\\' && i + 1 < text.Length)
            {
                part.Append(letter).Append(text[++i]);
                continue;
            }
            if (letter == '"')
                quoted = !quoted;
            else if (letter == '(')
                depth++;
            else if (letter == ')')
                depth--;
            if (letter == separator && !quoted && depth <= 0 && (!afterBlankOnly || (part.Length > 0 && text[(i + 1)..].Contains('=', StringComparison.Ordinal) && !EndsInTag(part.ToString()))))
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
            else
            {
                part.Append(letter);
            }
        }
        parts.Add(part.ToString().Trim());
        return [.. parts.Where(static known => known.Length > 0)];
    }

    private static bool EndsInTag(string text) => text.TrimEnd().Split([' ', '\t', ',', ')', '=', ':'])[^1] is "PASSWD" or "NOPASSWD" or "EXEC" or "NOEXEC" or "SETENV" or "NOSETENV" or "LOG_INPUT" or "NOLOG_INPUT" or "LOG_OUTPUT" or "NOLOG_OUTPUT" or "MAIL" or "NOMAIL" or "FOLLOW" or "NOFOLLOW" or "INTERCEPT" or "NOINTERCEPT";
}
