namespace Garita.Hardening.Dovecot;

internal sealed class DovecotGreeting : DovecotValueCheck
{
    public override string Id => "dovecot-greeting";

    public override Measure Measure => Measure.Software;

    public override string Title => "Dovecot's greeting does not tell product or system";

    public override string Why => "Whoever looks for servers with a certain hole reads greetings.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §8.1"];

    public override string Expected => "login_greeting without the names Dovecot and Debian";

    protected override string Setting => "login_greeting";

    protected override string Wanted => "Ready.";

    protected override string WhatMayBreak => "Nothing that mail needs.";

    protected override bool IsGood(string value) => !value.Contains("dovecot", StringComparison.OrdinalIgnoreCase) && !value.Contains("debian", StringComparison.OrdinalIgnoreCase) && !value.Contains("ubuntu", StringComparison.OrdinalIgnoreCase);
}
