using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditSettings : AuditRuleCheck
{
    public override string Id => "audit-settings";

    public override string Title => "Changes of the recording itself are recorded";

    public override string Why => "Whoever wants to act unseen turns the rules off first.";

    public override IReadOnlyList<string> References => ["SSG audit_rules_auditd_config", "CIS 6.2.4", "NIST SP 800-45 §9.1"];

    protected override IEnumerable<AuditNeed> Needs(View host) => [new WatchNeed("/etc/audit", "wa", IsFolder: true)];
}
