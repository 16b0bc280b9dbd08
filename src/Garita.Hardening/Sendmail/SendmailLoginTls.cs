using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailLoginTls : SendmailCheck
{
    public override string Id => "sendmail-login-tls";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Sendmail takes passwords under TLS only";

    public override string Why => "A password in clear text is read on the way, and an account that sends mail is what spammers look for.";

    public override IReadOnlyList<string> References => ["RFC 4954 §4", "NIST SP 800-45 §7.1"];

    public override string Expected => "AuthOptions with p where AuthMechanisms has PLAIN or LOGIN";

    protected override string Macro => "define(`confAUTH_OPTIONS', `A p y')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var mechanisms = sendmail.Option("AuthMechanisms") ?? "";
        if (!Text.Words(mechanisms.Replace(',', ' ')).Any(static name => name.ToUpperInvariant() is "PLAIN" or "LOGIN"))
            return Finding.NotApplicable("neither PLAIN nor LOGIN is offered");
        var options = sendmail.Option("AuthOptions") ?? "";
        var found = $"AuthMechanisms={mechanisms}, AuthOptions={options}";
        return options.Contains('p', StringComparison.Ordinal) ? Finding.Pass(found) : Finding.Fail(found);
    }
}
