using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditSsh : AuditRuleCheck
{
    public override string Id => "audit-ssh";

    public override string Title => "Changes of the SSH server and of root's keys are recorded";

    public override string Why => "One line in authorized_keys lets somebody in for years.";

    public override IReadOnlyList<string> References => ["SSG audit_rules_sshd_config", "NIST SP 800-45 §9.1"];

    private static readonly string[] Folders = ["/etc/ssh", "/root/.ssh"];

    protected override IEnumerable<AuditNeed> Needs(View host) => Folders.Where(host.Exists).Select(static folder => new WatchNeed(folder, "wa", IsFolder: true));
}
