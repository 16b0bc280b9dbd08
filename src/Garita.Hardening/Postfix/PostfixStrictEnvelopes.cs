using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixStrictEnvelopes : PostfixValueCheck
{
    public override string Id => "postfix-strict-envelopes";

    public override Measure Measure => Measure.Software;

    public override string Title => "Postfix takes addresses in the form of the standard only";

    public override string Why => "Comments, missing brackets and other loose forms reach more of the parser than mail needs.";

    public override IReadOnlyList<string> References => ["RFC 5321 §4.1.2"];

    protected override string Setting => "strict_rfc821_envelopes";

    protected override string Wanted => "yes";

    protected override Risk Risk => Risk.Medium;

    protected override string WhatMayBreak => "Old devices that write MAIL FROM:user@domain without brackets are refused.";
}
