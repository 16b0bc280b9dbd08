namespace Garita.Hardening.Postfix;

internal sealed class PostfixPercentHack : PostfixValueCheck
{
    public override string Id => "postfix-percent-hack";

    public override Measure Measure => Measure.Software;

    public override string Title => "Postfix does not rewrite user%domain";

    public override string Why => "Routing by the sender is from the time before DNS; today it only helps to get mail past relay rules.";

    public override IReadOnlyList<string> References => ["RFC 5321 §3.6.1", "NIST SP 800-45 §6"];

    protected override string Setting => "allow_percent_hack";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Mail to addresses of the form user%domain@here is no longer sent on.";
}
