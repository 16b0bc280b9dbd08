using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotPlaintext : DovecotCheck
{
    public override string Id => "dovecot-plaintext";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Dovecot takes no password in clear text";

    public override string Why => "Whoever listens on the way has the mailbox, and often the same password opens more.";

    public override IReadOnlyList<string> References => ["RFC 8314 §3", "NIST SP 800-45 §8.2"];

    public override string Expected => "disable_plaintext_auth = yes (2.4: auth_allow_cleartext = no), also in blocks";

    public override string Mend => "`disable_plaintext_auth = yes` in /etc/dovecot/conf.d/99-garita-dovecot-plaintext.conf, then doveadm reload";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var (setting, good) = dovecot.IsNew ? ("auth_allow_cleartext", false) : ("disable_plaintext_auth", true);
        var all = dovecot.All(setting);
        var found = string.Join("; ", all.Select(known => $"{setting} = {known.Value}{(known.Where.Length > 0 ? $" ({known.Where})" : "")}"));
        return all.All(known => DovecotSettings.IsYes(known.Value) == good) ? Finding.Pass(found) : Finding.Fail(found);
    }

    protected override Repair? Repair(View host, DovecotSettings dovecot) =>
        DropIn(host, Risk.Medium, "Mail programs that are set to no TLS cannot log in any more.", dovecot.IsNew ? "auth_allow_cleartext = no" : "disable_plaintext_auth = yes");
}
