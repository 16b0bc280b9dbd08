namespace Garita.Hardening.Postfix;

internal sealed class PostfixHelo : PostfixValueCheck
{
    public override string Id => "postfix-helo";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix wants a greeting from its clients";

    public override string Why => "Without it a client leaves no name in the log, and restrictions on names do not see it.";

    public override IReadOnlyList<string> References => ["RFC 5321 §4.1.4", "NIST SP 800-45 §6"];

    protected override string Setting => "smtpd_helo_required";

    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Home-made scripts that send no HELO are refused.";
}
