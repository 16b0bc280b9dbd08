namespace Garita.Hardening.Postfix;

internal sealed class PostfixVrfy : PostfixValueCheck
{
    public override string Id => "postfix-vrfy";

    public override Measure Measure => Measure.Software;

    public override string Title => "Postfix does not answer VRFY";

    public override string Why => "VRFY tells whoever asks which mailboxes exist, without a message being sent.";

    public override IReadOnlyList<string> References => ["Lynis MAIL-8820", "RFC 5321 §7.3", "NIST SP 800-45 §6"];

    protected override string Setting => "disable_vrfy_command";

    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Nothing that mail needs.";
}
