using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotPasswordLog : DovecotCheck
{
    public override string Id => "dovecot-password-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Dovecot writes no passwords to the log";

    public override string Why => "Logs are read by more people, copied to other hosts and kept for longer than any password should be.";

    public override IReadOnlyList<string> References => ["NIST SP 800-92 §2.3", "NIST SP 800-45 §9.1"];

    public override string Expected => "auth_debug_passwords = no; auth_verbose_passwords = no or sha1";

    public override string Mend => "take auth_debug_passwords and auth_verbose_passwords out of /etc/dovecot, then doveadm reload; change the passwords that are in the log";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var wrong = dovecot.All("auth_debug_passwords").Where(static known => DovecotSettings.IsYes(known.Value)).Select(static known => $"auth_debug_passwords = {known.Value} {known.Where}".Trim())
            .Concat(dovecot.All("auth_verbose_passwords").Where(static known => !(known.Value.Equals("no", StringComparison.OrdinalIgnoreCase) || known.Value.StartsWith("sha1", StringComparison.OrdinalIgnoreCase))).Select(static known => $"auth_verbose_passwords = {known.Value} {known.Where}".Trim()));
        return FileRights.Judge([.. wrong], "no passwords in the log");
    }

    protected override Repair? Repair(View host, DovecotSettings dovecot) =>
        DropIn(host, Risk.Low, "Nothing; passwords that are in the log already stay there.", "auth_debug_passwords = no\nauth_verbose_passwords = no");
}
