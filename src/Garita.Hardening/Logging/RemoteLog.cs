using System.Text.RegularExpressions;
using Garita.Hardening.Host;

namespace Garita.Hardening.Logging;

internal sealed class RemoteLog : Check
{
    public override string Id => "remote-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Logs are sent to another host as well";

    public override string Why => "Whoever is root here can rewrite everything here; what has left already stays true.";

    public override IReadOnlyList<string> References => ["Lynis LOGG-2154", "CIS 6.1.3.6", "NIST SP 800-45 §9.1"];

    public override string Expected => "rsyslog, syslog-ng or systemd-journal-upload sends to a host that is not this one";

    public override string Mend => "add \"*.* @@loghost.example.com:6514\" to /etc/rsyslog.d/, or set URL in journal-upload.conf and enable systemd-journal-upload";

    public override Finding Look(View host)
    {
        var targets = new List<string>();
        if (host.Unit("rsyslog.service") == UnitState.Enabled)
            targets.AddRange((RsyslogSettings.Statements(host) ?? []).Select(OfRsyslog).OfType<string>());
        if (host.Unit("syslog-ng.service") == UnitState.Enabled && host.Lines("/etc/syslog-ng/syslog-ng.conf") is { } lines)
            targets.AddRange(Regex.Matches(string.Join(' ', lines), """destination\s+\S+\s*\{[^}]*?\b(?:network|tcp6?|udp6?|syslog)\s*\(\s*(?:ip\s*\(\s*)?"(?<target>[^"]+)"[^}]*\}""", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).Select(static match => match.Groups["target"].Value));
        if (host.Unit("systemd-journal-upload.service") == UnitState.Enabled && SystemdSettings.Value(host, "journal-upload.conf", "Upload", "URL") is { } url)
            targets.Add(Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : "https://" + url, UriKind.Absolute, out var address) ? address.Host : url);
        string[] others = [.. targets.Where(static target => !IsHere(target)).Distinct(StringComparer.Ordinal)];
        if (others.Length > 0)
            return Finding.Pass($"to {string.Join(", ", others)}");
        return host.Exists("/etc") ? Finding.Fail(targets.Count > 0 ? $"only to this host: {string.Join(", ", targets)}" : "nothing that runs sends logs anywhere") : throw new CannotLookException("/etc is not there to be read");
    }

    private static string? OfRsyslog(string statement)
    {
        if (statement.StartsWith("action(", StringComparison.OrdinalIgnoreCase) || statement.Contains(" action(", StringComparison.OrdinalIgnoreCase))
            return RsyslogSettings.Parameter(statement, "type") is "omfwd" or "omrelp" ? RsyslogSettings.Parameter(statement, "target") : null;
        // "*.* @@host:port", "@(z9)host".
        if (Text.Words(statement) is not [_, .., var last] || !last.StartsWith('@'))
            return null;
        var target = last.Split(';')[0].TrimStart('@');
        if (target.StartsWith('(') && target.IndexOf(')', StringComparison.Ordinal) is var end and > 0)
            target = target[(end + 1)..];
        return target.StartsWith('[') ? target[1..].Split(']')[0] : target.Split(':')[0];
    }

    private static bool IsHere(string target) => target.Length == 0 || target is "localhost" or "::1" or "0.0.0.0" || target.StartsWith("127.", StringComparison.Ordinal);
}
