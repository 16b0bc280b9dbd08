using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditModules : AuditRuleCheck
{
    public override string Id => "audit-modules";

    public override string Title => "Loading and unloading kernel modules is recorded";

    public override string Why => "A rootkit is a kernel module; the record of its loading is the last thing that is still true.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.19", "NIST SP 800-45 §9.1"];

    protected override IEnumerable<AuditNeed> Needs(View host) => [new SyscallNeed(["init_module", "finit_module", "delete_module"], OfPeople: true)];
}
