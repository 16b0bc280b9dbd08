using System.Globalization;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixTlsLog : PostfixValueCheck
{
    public override string Id => "postfix-tls-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Postfix writes down which connections had TLS";

    public override string Why => "Whether a message or a password crossed the network in clear text is asked afterwards, and then only the log knows.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1", "Postfix TLS_README"];

    public override string Expected => "smtpd_tls_loglevel = 1; 3 and 4 write keys' details and fill the disk";

    protected override string Setting => "smtpd_tls_loglevel";

    protected override string Wanted => "1";

    protected override string WhatMayBreak => "Nothing; a line more a connection in the log.";

    protected override string WhyNone => "no service offers TLS";

    protected override bool IsGood(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level is 1 or 2;

    protected override bool Concerns(PostfixSettings postfix, PostfixService service) => postfix.Tls(service).Offered;
}
