using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdLoginTls : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-login-tls";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "OpenSMTPD takes logins where TLS is demanded";

    public override string Why => "Where TLS is an offer, whoever stands between strikes it out, and the mail program sends its message, or its password, in clear text.";

    public override IReadOnlyList<string> References => ["RFC 8314 §3", "NIST SP 800-45 §7.1"];

    public override string Expected => "tls-require or smtps for each listen with auth";

    public override string Mend => "`listen on … port submission tls-require auth` or `smtps auth`; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var logins = smtpd.Listeners.Where(static words => words.Any(static word => word is "auth" or "auth-optional") && !OpenSmtpdTls.IsLocal(words[2])).ToArray();
        if (logins.Length == 0)
            return Finding.NotApplicable("no listener takes logins");
        var wrong = logins.Where(static words => !words.Any(static word => word is "tls-require" or "smtps")).Select(static words => string.Join(' ', words)).ToArray();
        return FileRights.Judge(wrong, string.Join("; ", logins.Select(static words => string.Join(' ', words))));
    }
}
