using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class AuditDiskFull : Check
{
    public override string Id => "audit-disk-full";

    public override Measure Measure => Measure.Logging;

    public override string Title => "A full disk neither ends the recording unseen nor stops the mail";

    public override string Why => "Whoever can fill the disk (with mail) could otherwise turn the recording off: Debian's default then suspends it.";

    public override IReadOnlyList<string> References => ["CIS 6.2.2.3", "CIS 6.2.2.4", "NIST SP 800-45 §9.1"];

    public override string Expected => "space_left_action tells somebody (syslog, email, exec); admin_space_left_action, disk_full_action and disk_error_action are neither ignore nor suspend";

    public override string Mend => "set admin_space_left_action = rotate, disk_full_action = rotate, disk_error_action = syslog in /etc/audit/auditd.conf (single or halt where records matter more than mail)";

    private const string File = "/etc/audit/auditd.conf";

    /// <summary>What is done where nothing is written (auditd.conf(5)).</summary>
    private static readonly (string Key, string Default)[] Keys =
    [
        ("space_left_action", "ignore"), ("admin_space_left_action", "ignore"), ("disk_full_action", "ignore"), ("disk_error_action", "ignore"),
    ];

    public override Finding Look(View host)
    {
        if (host.Read(File) is not { } text)
            return Finding.Fail($"no {File}: auditd is not installed");
        var values = Text.Values(text);
        string[] said = [.. Keys.Select(key => $"{key.Key} = {values.GetValueOrDefault(key.Key, key.Default).ToLowerInvariant()}")];
        string[] wrong = [.. said.Where(static line => line.EndsWith(" ignore", StringComparison.Ordinal) || line.EndsWith(" suspend", StringComparison.Ordinal) || line.Equals("space_left_action = rotate", StringComparison.Ordinal))];
        return wrong.Length == 0 ? Finding.Pass(string.Join(", ", said)) : Finding.Fail(string.Join(", ", wrong));
    }

    public override Repair? Repair(View host) => !host.Exists(File) ? null : new(
        Risk.Low,
        "When the disk is full the oldest records go; mail goes on.",
        new SetLine(File, @"^\s*space_left_action\s*=", "space_left_action = SYSLOG"),
        new SetLine(File, @"^\s*admin_space_left_action\s*=", "admin_space_left_action = ROTATE"),
        new SetLine(File, @"^\s*disk_full_action\s*=", "disk_full_action = ROTATE"),
        new SetLine(File, @"^\s*disk_error_action\s*=", "disk_error_action = SYSLOG"),
        new SetUnit("auditd.service", UnitWish.Reload));
}
