using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditSessions : AuditRuleCheck
{
    public override string Id => "audit-sessions";

    public override string Title => "The records of sessions are watched";

    public override string Why => "utmp, wtmp and btmp say who was there and who tried; whoever edits them hides.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.11", "NIST SP 800-45 §9.1"];

    private static readonly string[] Files = ["/var/run/utmp", "/var/log/wtmp", "/var/log/btmp"];

    protected override IEnumerable<AuditNeed> Needs(View host) => Files.Select(static file => new WatchNeed(file, "wa"));
}
