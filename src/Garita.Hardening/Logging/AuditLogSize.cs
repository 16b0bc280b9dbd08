using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class AuditLogSize : Check
{
    public override string Id => "audit-log-size";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Some weeks of records are kept";

    public override string Why => "Break-ins are noticed after weeks; Debian's default keeps 40 MB, which a busy mail server fills in a day, and an intruder in minutes.";

    public override IReadOnlyList<string> References => ["CIS 6.2.2.1", "CIS 6.2.2.2"];

    public override string Expected => "max_log_file_action keep_logs, or rotate with num_logs × max_log_file of 400 MB or more";

    public override string Mend => "set max_log_file = 50 and num_logs = 10 in /etc/audit/auditd.conf";

    private const string File = "/etc/audit/auditd.conf";

    private const long Enough = 400;

    public override Finding Look(View host)
    {
        if (host.Read(File) is not { } text)
            return Finding.Fail($"no {File}: auditd is not installed");
        var values = Text.Values(text);
        var action = values.GetValueOrDefault("max_log_file_action", "rotate");
        if (action.Equals("keep_logs", StringComparison.OrdinalIgnoreCase))
            return Finding.Pass("max_log_file_action = keep_logs");
        if (!action.Equals("rotate", StringComparison.OrdinalIgnoreCase))
            return Finding.Fail($"max_log_file_action = {action}");
        var megabytes = Number(values, "num_logs", 0) * Number(values, "max_log_file", 8);
        return megabytes >= Enough ? Finding.Pass($"{megabytes.ToString(CultureInfo.InvariantCulture)} MB") : Finding.Fail($"{megabytes.ToString(CultureInfo.InvariantCulture)} MB are kept");
    }

    public override Repair? Repair(View host) => !host.Exists(File) ? null : new(
        Risk.Low,
        "Up to 500 MB under /var/log/audit.",
        new SetLine(File, @"^\s*max_log_file_action\s*=", "max_log_file_action = ROTATE"),
        new SetLine(File, @"^\s*max_log_file\s*=", "max_log_file = 50"),
        new SetLine(File, @"^\s*num_logs\s*=", "num_logs = 10"),
        new SetUnit("auditd.service", UnitWish.Reload));

    private static long Number(Dictionary<string, string> values, string key, long otherwise) =>
        !values.TryGetValue(key, out var text) ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
