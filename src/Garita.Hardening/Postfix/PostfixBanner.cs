namespace Garita.Hardening.Postfix;

internal sealed class PostfixBanner : PostfixValueCheck
{
    private static readonly string[] Telling = ["postfix", "debian", "ubuntu", "gnu", "linux"];

    public override string Id => "postfix-banner";

    public override Measure Measure => Measure.Software;

    public override string Title => "Postfix's greeting does not tell product or system";

    public override string Why => "Whoever looks for servers with a certain hole reads greetings.";

    public override IReadOnlyList<string> References => ["Lynis MAIL-8818", "NIST SP 800-45 §6"];

    public override string Expected => "smtpd_banner = $myhostname ESMTP";

    protected override string Setting => "smtpd_banner";

    protected override string Wanted => "$myhostname ESMTP";

    protected override string WhatMayBreak => "Nothing that mail needs.";

    // The first word is the host's own name (RFC 5321 §4.2), whatever it is.
    protected override bool IsGood(string value) =>
        value.Split(' ', 2) is not [_, var rest] || !(Array.Exists(Telling, word => rest.Contains(word, StringComparison.OrdinalIgnoreCase)) || rest.Any(char.IsAsciiDigit));
}
