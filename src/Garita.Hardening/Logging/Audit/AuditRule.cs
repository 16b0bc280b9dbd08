namespace Garita.Hardening.Logging.Audit;

/// <summary>One rule of auditctl(8), in either of its forms.</summary>
internal sealed class AuditRule
{
    private static readonly string[] NobodyYet = ["auid!=-1", "auid!=unset", "auid!=4294967295"];

    private AuditRule()
    {
    }

    /// <summary>Whether matching events are left out instead of recorded.</summary>
    public bool Never { get; private set; }

    /// <summary>The list: <c>exit</c>, <c>task</c>, <c>exclude</c> …</summary>
    public string List { get; private set; } = "exit";

    public string? Architecture { get; private set; }

    /// <summary>The file or folder that is watched, or null.</summary>
    public string? Watched { get; private set; }

    /// <summary>Whether what lies in <see cref="Watched"/> counts too.</summary>
    public bool WithContents { get; private set; }

    /// <summary>Of <c>r</c>, <c>w</c>, <c>x</c> and <c>a</c>.</summary>
    public string Permissions { get; private set; } = "rwxa";

    public HashSet<string> Syscalls { get; } = new(StringComparer.Ordinal);

    /// <summary>What else has to be so for the rule to match.</summary>
    public List<string> Filters { get; } = [];

    /// <summary>Whether it matches only people who logged in: what daemons do by themselves is left out.</summary>
    public bool OfPeopleOnly => Filters.Count > 0 && Filters.TrueForAll(IsOfPeople);

    public static bool IsOfPeople(string filter) => string.Equals(filter, "auid>=1000", StringComparison.Ordinal) || NobodyYet.Contains(filter, StringComparer.Ordinal);

    /// <summary>A path as rules compare it.</summary>
    public static string Path(string path)
    {
        var plain = path.Length > 1 ? path.TrimEnd('/') : path;
        return plain.StartsWith("/var/run/", StringComparison.Ordinal) ? plain[4..] : plain;
    }

    /// <summary>Null when the words are no rule.</summary>
    public static AuditRule? Parse(string[] words)
    {
        var rule = new AuditRule();
        var isRule = false;
        for (var at = 0; at + 1 < words.Length; at += 2)
        {
            var value = words[at + 1].Trim('"', '\'');
            switch (words[at])
            {
                case "-w":
                    (rule.Watched, rule.WithContents, isRule) = (Path(value), true, true);
                    break;
                case "-p":
                    rule.Permissions = value;
                    break;
                case "-a" or "-A":
                    var parts = value.Split(',');
                    rule.Never = parts.Contains("never", StringComparer.Ordinal);
                    rule.List = parts.FirstOrDefault(static part => part is not "never" and not "always") ?? "exit";
                    isRule = true;
                    break;
                case "-S":
                    rule.Syscalls.UnionWith(value.Split(','));
                    break;
                case "-F":
                    rule.Field(value);
                    break;
                case "-C":
                    rule.Filters.Add(value);
                    break;
                default:
                    break;
            }
        }
        return isRule ? rule : null;
    }

    private void Field(string field)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals > 0 ? (field[..equals], field[(equals + 1)..]) : (field, "");
        switch (name)
        {
            case "arch":
                Architecture = value;
                break;
            case "path":
                Watched = Path(value);
                break;
            case "dir":
                (Watched, WithContents) = (Path(value), true);
                break;
            case "perm":
                Permissions = value;
                break;
            case "key":
                break;
            default:
                Filters.Add(field);
                break;
        }
    }
}
