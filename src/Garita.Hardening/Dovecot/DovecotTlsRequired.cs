using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotTlsRequired : DovecotValueCheck
{
    public override string Id => "dovecot-tls-required";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Dovecot lets nobody in without TLS";

    public override string Why => "With ssl = yes TLS is an offer: mail is read in clear text by whoever does not take it, or whose offer somebody on the way struck out.";

    public override IReadOnlyList<string> References => ["RFC 8314 §3", "NIST SP 800-45 §8.2"];

    protected override string Setting => "ssl";

    protected override string Wanted => "required";

    protected override Risk Risk => Risk.Medium;

    protected override string WhatMayBreak => "Mail programs and a gateway or webmail that speak to Dovecot without TLS cannot log in any more.";
}
