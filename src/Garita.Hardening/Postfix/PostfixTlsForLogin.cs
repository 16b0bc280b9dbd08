using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixTlsForLogin : PostfixValueCheck
{
    public override string Id => "postfix-tls-for-login";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Postfix takes passwords under TLS only";

    public override string Why => "A password in clear text is read on the way, and an account that sends mail is what spammers look for.";

    public override IReadOnlyList<string> References => ["RFC 4954 §4", "NIST SP 800-45 §7.1"];

    protected override string Setting => "smtpd_tls_auth_only";

    protected override string Wanted => "yes";

    protected override Risk Risk => Risk.Medium;

    protected override string WhatMayBreak => "Mail programs and devices that log in without TLS cannot send any more.";

    protected override string WhyNone => "no service takes logins without demanding TLS anyway";

    protected override bool Concerns(PostfixSettings postfix, PostfixService service) => postfix.IsOn("smtpd_sasl_auth_enable", service) && !postfix.Tls(service).Demanded;
}
