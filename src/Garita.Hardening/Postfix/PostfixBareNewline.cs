namespace Garita.Hardening.Postfix;

internal sealed class PostfixBareNewline : PostfixValueCheck
{
    public override string Id => "postfix-bare-newline";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Postfix takes no lines that end in LF alone";

    public override string Why => "Two servers that disagree on where a message ends can be made to take a forged one behind it (SMTP smuggling).";

    public override IReadOnlyList<string> References => ["CVE-2023-51764", "RFC 5321 §2.3.8"];

    protected override string Setting => "smtpd_forbid_bare_newline";

    // "normalize" has another name in the first versions that were mended; this one is known to all.
    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Devices and scripts outside mynetworks that end lines in LF may be refused by the first versions that know it.";

    protected override bool IsGood(string value) => value.ToLowerInvariant() is "yes" or "normalize" or "reject";
}
