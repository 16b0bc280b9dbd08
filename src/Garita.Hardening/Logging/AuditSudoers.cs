using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditSudoers : AuditRuleCheck
{
    public override string Id => "audit-sudoers";

    public override string Title => "Who changes sudo's rules is recorded";

    public override string Why => "A line in sudoers is how an intruder stays root.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.1", "NIST SP 800-45 §9.1"];

    protected override IEnumerable<AuditNeed> Needs(View host)
    {
        yield return new WatchNeed("/etc/sudoers", "wa");
        if (host.Exists("/etc/sudoers.d"))
            yield return new WatchNeed("/etc/sudoers.d", "wa", IsFolder: true);
    }
}
