namespace Garita.Hardening.Postfix;

internal sealed class PostfixPipelining : PostfixValueCheck
{
    public override string Id => "postfix-pipelining";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Postfix refuses commands that come before they may";

    public override string Why => "Spam programs and smuggled messages send all at once without waiting; real servers wait.";

    public override IReadOnlyList<string> References => ["CVE-2023-51764", "RFC 2920 §3.1"];

    protected override string Setting => "smtpd_forbid_unauth_pipelining";

    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Broken mail programs that do not wait for answers are disconnected.";
}
