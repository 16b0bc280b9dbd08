using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditLogins : AuditRuleCheck
{
    public override string Id => "audit-logins";

    public override string Title => "The records of logins are watched";

    public override string Why => "They are what an intruder cleans first.";

    public override IReadOnlyList<string> References => ["CIS 6.2.3.12", "NIST SP 800-45 §9.1"];

    private static readonly string[] Files = ["/var/log/lastlog", "/var/log/faillog"];

    protected override IEnumerable<AuditNeed> Needs(View host)
    {
        yield return new WatchNeed(Files[0], "wa");
        if (host.Exists(Files[1]))
            yield return new WatchNeed(Files[1], "wa");
    }
}
