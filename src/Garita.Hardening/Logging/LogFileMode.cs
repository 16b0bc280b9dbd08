using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class LogFileMode : Check
{
    public override string Id => "log-file-mode";

    public override Measure Measure => Measure.Logging;

    public override string Title => "New log files are not for everybody to read";

    public override string Why => "Permissions that are mended today come back with the next rotation if the writer makes files readable by all.";

    public override IReadOnlyList<string> References => ["CIS 6.1.3.4", "SSG rsyslog_filecreatemode"];

    public override string Expected => "rsyslog's FileCreateMode is 0640 or stricter wherever it writes a file";

    public override string Mend => "write $FileCreateMode 0640 into /etc/rsyslog.d/00-garita-mode.conf and restart rsyslog";

    private const int Strict = 0x1A0; // 0640

    public override Finding Look(View host)
    {
        if (RsyslogSettings.Statements(host) is not { } statements)
            return Finding.NotApplicable("no rsyslog here");
        return FirstLoose(statements) is { } loose ? Finding.Fail(loose) : Finding.Pass("0640 or stricter wherever it writes");
    }

    public override Repair? Repair(View host) => RsyslogSettings.Statements(host) is not { } statements || FirstLoose(["$FileCreateMode 0640", .. statements]) is not null ? null : new(
        Risk.Low,
        "Programs that read new logs without being in group adm no longer can.",
        new PutFile("/etc/rsyslog.d/00-garita-mode.conf", "# Logs are not for everybody.\n$FileCreateMode 0640\n"),
        new SetUnit("rsyslog.service", UnitWish.Reload));

    /// <summary>The directive holds for what comes after it; without it 0644.</summary>
    private static string? FirstLoose(IEnumerable<string> statements)
    {
        var mode = "0644";
        foreach (var statement in statements)
        {
            var words = Text.Words(statement);
            if (words.Length > 1 && words[0].Equals("$FileCreateMode", StringComparison.OrdinalIgnoreCase))
                mode = words[1];
            else if (statement.StartsWith("module(", StringComparison.OrdinalIgnoreCase) && RsyslogSettings.Parameter(statement, "load") is "builtin:omfile")
                mode = RsyslogSettings.Parameter(statement, "fileCreateMode") ?? mode;
            else if (File(statement, words) is { } file && IsLoose(RsyslogSettings.Parameter(statement, "fileCreateMode") ?? mode))
                return $"{file} is made with {RsyslogSettings.Parameter(statement, "fileCreateMode") ?? mode}";
        }
        return null;
    }

    private static string? File(string statement, string[] words) =>
        statement.Contains("action(", StringComparison.OrdinalIgnoreCase) ? RsyslogSettings.Parameter(statement, "type") is "omfile" ? RsyslogSettings.Parameter(statement, "file") ?? "a file" : null
        : words.Length > 1 && words[^1].TrimStart('-').StartsWith('/') && !words[0].StartsWith('$') ? words[^1].TrimStart('-') : null;

    private static bool IsLoose(string octal)
    {
        var mode = 0;
        foreach (var digit in octal)
        {
            if (digit is < '0' or > '7')
                return true;
            mode = (mode * 8) + (digit - '0');
        }
        return (mode & ~Strict) != 0;
    }
}
