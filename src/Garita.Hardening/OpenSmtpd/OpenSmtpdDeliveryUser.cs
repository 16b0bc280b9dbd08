using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdDeliveryUser : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-delivery-user";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "OpenSMTPD delivers nothing as root";

    public override string Why => "A delivery program reads what anybody sends: as root a hole in it is the whole host.";

    public override IReadOnlyList<string> References => ["CVE-2020-7247", "NIST SP 800-45 §5.3"];

    public override string Expected => "no action with user root";

    public override string Mend => "`user vmail` (or leave it to the recipient) in the action; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var wrong = smtpd.Directives.Where(static words => words[0] is "action" && words.Zip(words.Skip(1)).Any(static pair => pair is ("user", "root"))).Select(static words => string.Join(' ', words)).ToArray();
        return FileRights.Judge(wrong, "no action as root");
    }
}
