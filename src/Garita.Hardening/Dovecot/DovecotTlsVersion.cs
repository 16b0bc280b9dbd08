using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotTlsVersion : DovecotValueCheck
{
    public override string Id => "dovecot-tls-version";

    public override Measure Measure => Measure.Software;

    public override string Title => "Dovecot speaks TLS 1.2 and later only";

    public override string Why => "TLS 1.0 and 1.1 are withdrawn: their ciphers and digests are broken, and whoever stands between can choose them.";

    public override IReadOnlyList<string> References => ["RFC 8996", "NIST SP 800-52r2 §3.1"];

    protected override string Setting => "ssl_min_protocol";

    protected override string Wanted => "TLSv1.2";

    protected override Risk Risk => Risk.Medium;

    protected override string WhatMayBreak => "Mail programs that know no TLS 1.2 (before 2014) cannot connect any more.";

    protected override bool IsGood(string value) => value is "TLSv1.2" or "TLSv1.3";
}
