using Garita.Hardening.Host;

namespace Garita.Hardening.Logging;

/// <summary>The <c>Defaults</c> of sudoers(5), with what it includes, in the order in which sudo reads them.</summary>
internal sealed class SudoDefaults
{
    private readonly List<SudoDefault> _all = [];

    /// <summary>All of them, later ones win.</summary>
    public IReadOnlyList<SudoDefault> All => _all;

    /// <summary>Whether the file includes /etc/sudoers.d, so that a drop-in is read.</summary>
    public bool ReadsDropIns { get; private set; }

    /// <summary>Null when there are no sudoers here.</summary>
    /// <param name="host">The host.</param>
    public static SudoDefaults? Read(View host)
    {
        if (host.Read("/etc/sudoers") is not { } text)
            return null;
        var defaults = new SudoDefaults();
        defaults.Add(host, text, 0);
        return defaults;
    }

    /// <summary>What holds for everybody in the end: null when nobody says, an empty text for <c>!name</c>, <c>on</c> for a name alone.</summary>
    /// <param name="name">The option's name.</param>
    public string? Value(string name) => _all.LastOrDefault(one => one.Scope.Length == 0 && string.Equals(one.Name, name, StringComparison.Ordinal))?.Value;

    /// <summary>Who is left out of it, as in <c>:backup</c>, or null.</summary>
    /// <param name="name">The option's name.</param>
    public string? TurnedOffFor(string name) => _all.LastOrDefault(one => one.Scope.Length > 0 && one.Value.Length == 0 && string.Equals(one.Name, name, StringComparison.Ordinal))?.Scope;

    private void Add(View host, string text, int depth)
    {
        if (depth > 16)
            throw new CannotLookException("sudoers includes itself");
        foreach (var raw in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            var line = raw.Trim();
            var words = Text.Words(line);
            switch (words)
            {
                case ["@includedir" or "#includedir", var folder]:
                    ReadsDropIns |= string.Equals(folder.TrimEnd('/'), "/etc/sudoers.d", StringComparison.Ordinal);
                    // sudoers(5): names with a dot or ending in ~ are left out.
                    foreach (var name in (host.List(folder.TrimEnd('/')) ?? []).Where(static name => !name.EndsWith('~') && !name.Contains('.', StringComparison.Ordinal)))
                        Add(host, host.Read($"{folder.TrimEnd('/')}/{name}") ?? "", depth + 1);
                    break;
                case ["@include" or "#include", var file]:
                    Add(host, host.Read(file.StartsWith('/') ? file : "/etc/" + file) ?? "", depth + 1);
                    break;
                case [var first, ..] when first.StartsWith("Defaults", StringComparison.Ordinal) && (first.Length == 8 || first[8] is ':' or '@' or '>' or '!'):
                    foreach (var option in Options(line[first.Length..]))
                        AddOption(first[8..], option);
                    break;
                default:
                    break;
            }
        }
    }

    private void AddOption(string scope, string option)
    {
        if (option.StartsWith('!'))
        {
            _all.Add(new(scope, option[1..].Trim(), ""));
            return;
        }
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        _all.Add(equals < 0 ? new(scope, option, "on") : new(scope, option[..equals].TrimEnd(' ', '+', '-'), option[(equals + 1)..].Trim().Trim('"')));
    }

    /// <summary>Between commas that are not quoted, up to a comment.</summary>
    private static IEnumerable<string> Options(string text)
    {
        var start = 0;
        var quoted = false;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '"')
                quoted = !quoted;
            if (at < text.Length && (quoted || text[at] is not ',' and not '#'))
                continue;
            var option = text[start..at].Trim();
            if (option.Length > 0)
                yield return option;
            if (at < text.Length && text[at] == '#')
                yield break;
            start = at + 1;
        }
    }
}
