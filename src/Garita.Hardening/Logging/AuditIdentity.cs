using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditIdentity : AuditRuleCheck
{
    public override string Id => "audit-identity";

    public override string Title => "Changes of accounts, groups and passwords are recorded";

    public override string Why => "A new account or a new password is the usual way to come back.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.8", "NIST SP 800-45 §9.1"];

    private static readonly string[] Files = ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"];

    protected override IEnumerable<AuditNeed> Needs(View host)
    {
        foreach (var file in Files)
            yield return new WatchNeed(file, "wa");
        if (host.Exists("/etc/security"))
            yield return new WatchNeed("/etc/security/opasswd", "wa");
    }
}
