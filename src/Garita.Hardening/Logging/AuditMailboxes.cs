using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditMailboxes : AuditRuleCheck
{
    public override string Id => "audit-mailboxes";

    public override string Title => "Who reads or changes mailboxes and queues past the mail servers is recorded";

    public override string Why => "An administrator can read everybody's mail; that they did must at least be known.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1", "NIST SP 800-45 §9.5"];

    private static readonly string[] Folders = ["/var/mail", "/var/spool/mail", "/var/vmail", "/srv/vmail", "/var/spool/postfix", "/var/spool/exim4", "/var/spool/mqueue", "/var/spool/smtpd"];

    // A link (Debian's /var/spool/mail) leads to a folder that is watched itself.
    protected override IEnumerable<AuditNeed> Needs(View host) => Folders.Append(host.DataFolder).Where(folder => host.LinkTarget(folder) is null && host.Exists(folder))
        .Select(static folder => new WatchNeed(folder, "rwa", IsFolder: true, OfPeople: true));
}
