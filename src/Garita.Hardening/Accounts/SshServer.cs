using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>
/// What the SSH server goes by: sshd_config(5) with its Include and Match lines, on the running system as <c>sshd -T</c> says. The first value of a
/// keyword wins; what a Match block says comes on top of it for those whom it matches.
/// </summary>
internal sealed class SshServer
{
    private const string MainFile = "/etc/ssh/sshd_config";
    private const int MostIncludes = 16;
    private static readonly char[] Separators = [' ', '\t', '='];
    private static readonly HashSet<string> Lists = new(["AllowUsers", "AllowGroups", "DenyUsers", "DenyGroups"], StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        ["PermitRootLogin"] = "prohibit-password",
        ["PasswordAuthentication"] = "yes",
        ["KbdInteractiveAuthentication"] = "yes",
        ["PermitEmptyPasswords"] = "no",
        ["MaxAuthTries"] = "6",
        ["X11Forwarding"] = "no",
        ["LoginGraceTime"] = "120",
        ["HostbasedAuthentication"] = "no",
        ["IgnoreRhosts"] = "yes",
        ["PermitUserEnvironment"] = "no",
        ["AuthorizedKeysFile"] = ".ssh/authorized_keys .ssh/authorized_keys2",
        ["StrictModes"] = "yes",
    };

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Match, string Keyword, string Value)> _matches = [];
    private readonly Func<string, string?> _read;
    private readonly Func<string, IReadOnlyList<string>?> _list;

    private SshServer(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list) => (_read, _list) = (read, list);

    /// <summary>The server of a host, or null without one.</summary>
    /// <param name="host">The host.</param>
    public static SshServer? Read(View host)
    {
        var server = ReadFiles(host.Read, host.List);
        if (server is null && !host.Exists("/usr/sbin/sshd"))
            return null;
        server ??= new SshServer(host.Read, host.List);
        var options = Options(host);
        if (host.IsLive && host.Has("sshd"))
        {
            var result = host.Run("sshd", ["-T", .. options.SelectMany(static option => new[] { "-o", option })]);
            if (result.ExitCode == 0)
            {
                server._values.Clear();
                foreach (var line in Text.Lines(result.Output))
                    server.Take(line, match: null);
                return server;
            }
            // Without that folder (the server is started by a socket, and nobody came yet) the files have to do.
            if (!result.Error.Contains("privilege separation directory", StringComparison.Ordinal))
                throw new CannotLookException($"sshd -T: {Text.FirstLine(result.Error.Trim())}");
        }
        // What is said on the command line comes first.
        foreach (var option in options)
        {
            if (Split(option) is var (keyword, value))
                server._values[keyword] = value;
        }
        return server;
    }

    /// <summary>The server by its files alone, or null without any.</summary>
    /// <param name="read">Reads a file.</param>
    /// <param name="list">Lists a folder.</param>
    public static SshServer? ReadFiles(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list)
    {
        if (read(MainFile) is not { } text)
            return null;
        var server = new SshServer(read, list);
        server.TakeFile(text, match: null, depth: 0);
        return server;
    }

    /// <summary>What a keyword is set to where no Match block says otherwise; empty when it is not set and has no default here.</summary>
    /// <param name="keyword">The keyword.</param>
    public string Value(string keyword) => _values.GetValueOrDefault(keyword) ?? Defaults.GetValueOrDefault(keyword) ?? "";

    /// <summary>What Match blocks set it to.</summary>
    /// <param name="keyword">The keyword.</param>
    public IEnumerable<(string Match, string Value)> Overrides(string keyword) =>
        _matches.Where(known => string.Equals(known.Keyword, keyword, StringComparison.OrdinalIgnoreCase)).Select(static known => (known.Match, known.Value));

    /// <summary>The options of Debian's /etc/default/ssh: <c>-o Keyword=value</c>.</summary>
    private static List<string> Options(View host)
    {
        var options = new List<string>();
        if (host.Read("/etc/default/ssh") is not { } text || Text.Values(text).GetValueOrDefault("SSHD_OPTS") is not { Length: > 0 } line)
            return options;
        var words = Text.Words(line);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].StartsWith("-f", StringComparison.Ordinal))
                throw new CannotLookException("/etc/default/ssh starts sshd with another file of settings (-f)");
            if (string.Equals(words[i], "-o", StringComparison.Ordinal) && i + 1 < words.Length)
                options.Add(words[++i]);
            else if (words[i].StartsWith("-o", StringComparison.Ordinal))
                options.Add(words[i][2..]);
        }
        return options;
    }

    /// <summary>An old keyword is another name of a new one.</summary>
    private static string Named(string line) =>
        line.StartsWith("ChallengeResponseAuthentication", StringComparison.OrdinalIgnoreCase) ? "KbdInteractiveAuthentication" + line["ChallengeResponseAuthentication".Length..] : line;

    /// <summary>Keyword and value; quotes and a comment at the end are left out.</summary>
    private static (string Keyword, string Value)? Split(string line)
    {
        var end = line.IndexOfAny(Separators);
        if (end <= 0)
            return null;
        var words = new List<string>();
        var word = "";
        var quoted = false;
        var any = false;
        foreach (var letter in line[end..].TrimStart(Separators) + " ")
        {
            if (letter == '"')
            {
                (quoted, any) = (!quoted, true);
            }
            else if (!quoted && letter is ' ' or '\t')
            {
                if (word.Length > 0 || any)
                    words.Add(word);
                (word, any) = ("", false);
            }
            else if (!quoted && letter == '#' && word.Length == 0)
            {
                break;
            }
            else
            {
                word += letter;
            }
        }
        return (line[..end], string.Join(' ', words));
    }

    private void TakeFile(string text, string? match, int depth)
    {
        if (depth > MostIncludes)
            throw new CannotLookException($"{MainFile} includes files more than {MostIncludes} deep");
        // A Match line in an included file ends with that file, and inside one that a Match block includes both conditions hold.
        var current = match;
        foreach (var raw in text.Split('\n'))
        {
            var line = Named(raw.Trim());
            if (line.Length == 0 || line[0] == '#' || Split(line) is not var (keyword, value))
                continue;
            if (string.Equals(keyword, "Match", StringComparison.OrdinalIgnoreCase))
            {
                current = match is null ? value : $"{match} and {value}";
            }
            else if (string.Equals(keyword, "Include", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var path in Text.Words(value).SelectMany(Glob))
                    TakeFile(_read(path) ?? "", current, depth + 1);
            }
            else
            {
                Take(line, current);
            }
        }
    }

    private void Take(string line, string? match)
    {
        if (Split(line) is not var (keyword, value))
            return;
        if (match is not null)
            _matches.Add((match, keyword, value));
        else if (Lists.Contains(keyword))
            _values[keyword] = _values.TryGetValue(keyword, out var before) ? $"{before} {value}" : value;
        else
            _values.TryAdd(keyword, value);
    }

    /// <summary>Files that match a pattern, in the order of their names; only the last part may have stars.</summary>
    private IEnumerable<string> Glob(string pattern)
    {
        var path = pattern.StartsWith('/') ? pattern : "/etc/ssh/" + pattern;
        var name = Path.GetFileName(path);
        if (path.AsSpan(0, path.Length - name.Length).IndexOfAny("*?[") >= 0 || name.Contains('[', StringComparison.Ordinal))
            throw new CannotLookException($"the pattern {pattern} of an Include line is not one that this check can follow");
        if (name.AsSpan().IndexOfAny("*?") < 0)
            return [path];
        var folder = Path.GetDirectoryName(path)!;
        return (_list(folder) ?? []).Where(entry => entry[0] != '.' && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false)).Order(StringComparer.Ordinal).Select(entry => $"{folder}/{entry}");
    }
}
