using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditTime : AuditRuleCheck
{
    public override string Id => "audit-time";

    public override string Title => "Changes of the clock are recorded";

    public override string Why => "A clock that was set back makes all logs, and the Received fields of mail, worthless as evidence.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.4", "NIST SP 800-45 §9.1"];

    protected override IEnumerable<AuditNeed> Needs(View host) => [new SyscallNeed(["settimeofday", "clock_settime"], OfPeople: true), new WatchNeed("/etc/localtime", "wa")];
}
