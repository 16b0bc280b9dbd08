using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Logging.Audit;

namespace Garita.Hardening.Logging;

internal sealed class AuditMailSettings : AuditRuleCheck
{
    public override string Id => "audit-mail-settings";

    public override string Title => "Changes of the mail servers' settings are recorded";

    public override string Why => "An open relay, a copy of all mail to outside or a weaker cipher is one line there.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1"];

    private static readonly string[] Folders = ["/etc/postfix", "/etc/exim4", "/etc/exim", "/etc/mail", "/etc/dovecot", "/etc/garita", "/etc/opendkim", "/etc/rspamd"];

    private static readonly string[] Files = ["/etc/smtpd.conf", "/etc/aliases"];

    protected override IEnumerable<AuditNeed> Needs(View host) =>
    [
        .. Folders.Where(host.Exists).Select(static folder => new WatchNeed(folder, "wa", IsFolder: true)),
        .. Files.Where(host.Exists).Select(static file => new WatchNeed(file, "wa")),
    ];
}
