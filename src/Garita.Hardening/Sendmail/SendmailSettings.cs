using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

/// <summary>sendmail.cf, which is what sendmail itself reads, whatever the .mc beside it says.</summary>
internal sealed class SendmailSettings
{
    public const string ConfigFile = "/etc/mail/sendmail.cf";
    public const string MacroFile = "/etc/mail/sendmail.mc";
    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _rulesets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The version that the file was made for, with Debian's after a slash.</summary>
    public string? FileVersion { get; private set; }

    /// <summary>Flags of PrivacyOptions, with what goaway stands for.</summary>
    public HashSet<string> Privacy { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when there is no Sendmail.</summary>
    public static SendmailSettings? Read(View host)
    {
        if (host.Read(ConfigFile) is not { } text)
            return host.Exists(MacroFile) ? throw new CannotLookException($"{ConfigFile} is missing: it is made of {MacroFile} by sendmailconfig") : null;
        var settings = new SendmailSettings();
        settings.Add(text);
        return settings;
    }

    /// <summary>An option, or null when the file leaves it to the default.</summary>
    public string? Option(string name) => _options.GetValueOrDefault(name);

    /// <summary>An option that is a number; its default where the file leaves it.</summary>
    public int Number(string name, int usual)
    {
        if (Option(name) is not { } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new CannotLookException($"{name}={text} is no number");
    }

    /// <summary>The rules of a ruleset, or null when there is none.</summary>
    public IReadOnlyList<string>? Ruleset(string name) => _rulesets.GetValueOrDefault(name);

    private void Add(string text)
    {
        List<string>? ruleset = null;
        foreach (var line in Lines(text))
        {
            switch (line[0])
            {
                case 'O' when line.Length > 1 && char.IsWhiteSpace(line[1]):
                    AddOption(line[1..]);
                    break;
                case 'S':
                    var name = line[1..].Trim().Split('=', ' ', '\t')[0];
                    if (!_rulesets.TryGetValue(name, out ruleset))
                        _rulesets[name] = ruleset = [];
                    break;
                case 'R':
                    ruleset?.Add(line[1..]);
                    break;
                case 'D' when line.StartsWith("DZ", StringComparison.Ordinal):
                    FileVersion = line[2..].Trim();
                    break;
                default:
                    break;
            }
        }
    }

    private void AddOption(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = at < 0 ? (text.Trim(), "") : (text[..at].Trim(), text[(at + 1)..].Trim());
        _options[name] = value;
        if (!string.Equals(name, "PrivacyOptions", StringComparison.OrdinalIgnoreCase))
            return;
        // Several lines add up.
        foreach (var flag in value.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            Privacy.Add(flag);
            if (string.Equals(flag, "goaway", StringComparison.OrdinalIgnoreCase))
                Privacy.UnionWith(["authwarnings", "noexpn", "novrfy", "noverb", "needmailhelo", "needexpnhelo", "needvrfyhelo", "nobodyreturn"]);
        }
    }

    /// <summary>Lines that begin with a blank go on from the one before.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (char.IsWhiteSpace(line[0]) && lines.Count > 0)
                lines[^1] += " " + line.TrimStart();
            else
                lines.Add(line);
        }
        return lines;
    }
}
