using System.Globalization;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixLoginRate : PostfixValueCheck
{
    public override string Id => "postfix-login-rate";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Postfix limits how often a client may try to log in";

    public override string Why => "Passwords are guessed by machines: without a limit as fast as the server answers.";

    public override IReadOnlyList<string> References => ["NIST SP 800-63B §5.2.2", "NIST SP 800-45 §6"];

    public override string Expected => "smtpd_client_auth_rate_limit above 0, such as 10 a minute";

    protected override string Setting => "smtpd_client_auth_rate_limit";

    protected override string Wanted => "10";

    protected override string WhatMayBreak => "Many people behind one address who log in within the same minute wait for the next; smtpd_client_event_limit_exceptions lists who is exempt.";

    protected override string WhyNone => "no service takes logins";

    protected override bool IsGood(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0;

    protected override bool Concerns(PostfixSettings postfix, PostfixService service) => postfix.IsOn("smtpd_sasl_auth_enable", service);
}
