using Garita.Hardening.Host;

namespace Garita.Hardening.Logging.Audit;

/// <summary>The rules that hold, in their order.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Mode">What <c>-e</c> says last: 0 off, 1 on, 2 on and locked until the next start; null when nothing is said.</param>
/// <param name="Source">Where they were read.</param>
internal sealed record AuditRules(IReadOnlyList<AuditRule> Rules, int? Mode, string Source)
{
    private const string Folder = "/etc/audit/rules.d";

    /// <summary>Whether nothing at all is recorded, whatever else is written.</summary>
    public string? Silenced => Mode == 0 ? $"\"-e 0\" in {Source} turns auditing off"
        : Rules.Any(static rule => rule.Never && string.Equals(rule.List, "task", StringComparison.Ordinal) && rule.Filters.Count == 0) ? $"\"never,task\" in {Source} turns auditing off"
        : null;

    /// <summary>
    /// What is loaded at the next start, or null when nothing is written. augenrules(8) puts the files of rules.d together in the order of `ls -v`,
    /// with -D first and the last -e at the end, so their place does not matter there; in a file written by hand it does.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="without">A file to leave out, or null.</param>
    public static AuditRules? OnDisk(View host, string? without = null)
    {
        string[] files = [.. (host.List(Folder) ?? []).Where(static name => name.EndsWith(".rules", StringComparison.Ordinal)).Order(Comparer<string>.Create(ByVersion)).Select(static name => $"{Folder}/{name}")];
        if (files.Length > 0)
            return Parse(string.Join('\n', files.Where(path => !string.Equals(path, without, StringComparison.Ordinal)).Select(host.Read)), Folder, inOrder: false);
        return host.Read("/etc/audit/audit.rules") is { } text ? Parse(text, "/etc/audit/audit.rules", inOrder: true) : null;
    }

    /// <summary>What the running kernel has loaded. Throws when it cannot be asked.</summary>
    /// <param name="host">The host.</param>
    public static AuditRules InKernel(View host) => Parse(host.Ask("auditctl", "-l"), "the kernel", inOrder: true);

    private static AuditRules Parse(string text, string source, bool inOrder)
    {
        var rules = new List<AuditRule>();
        int? mode = null;
        foreach (var line in Text.Lines(text))
        {
            var words = Text.Words(line);
            switch (words)
            {
                case ["-D"] when inOrder:
                    rules.Clear();
                    break;
                case ["-e", var value, ..]:
                    mode = value switch { "0" => 0, "1" => 1, "2" => 2, _ => mode };
                    break;
                case ["-e0" or "-e1" or "-e2"]:
                    mode = words[0][2] - '0';
                    break;
                case ["-W", var path, ..]:
                    rules.RemoveAll(rule => string.Equals(rule.Watched, AuditRule.Path(path), StringComparison.Ordinal));
                    break;
                default:
                    if (AuditRule.Parse(words) is { } rule)
                        rules.Add(rule);
                    break;
            }
            // Once locked, nothing that follows is taken.
            if (inOrder && mode == 2)
                break;
        }
        return new(rules, mode, source);
    }

    /// <summary>As `ls -v`: digits as numbers.</summary>
    private static int ByVersion(string one, string other)
    {
        static (int Number, string After) Split(string name)
        {
            var digits = name.TakeWhile(char.IsAsciiDigit).Count();
            return (digits is > 0 and < 9 ? int.Parse(name[..digits], System.Globalization.CultureInfo.InvariantCulture) : int.MaxValue, name[digits..]);
        }

        var (left, right) = (Split(one), Split(other));
        return left.Number != right.Number ? left.Number.CompareTo(right.Number) : string.CompareOrdinal(left.After, right.After);
    }
}
