using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditRootCommands : AuditRuleCheck
{
    public override string Id => "audit-root-commands";

    public override string Title => "Each program that a person starts as root is recorded";

    public override string Why => "It is the one list of what administrators, and those who act as such, did on the mail server.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.2", "SSG audit_rules_suid_privilege_function", "NIST SP 800-45 §9.1"];

    protected override IEnumerable<AuditNeed> Needs(View host) => [new SyscallNeed(["execve"], "euid=0", OfPeople: true)];
}
