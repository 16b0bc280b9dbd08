namespace Garita.Hardening.Dovecot;

internal sealed class DovecotLoginLog : DovecotValueCheck
{
    public override string Id => "dovecot-login-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Dovecot writes down why a login failed";

    public override string Why => "Guessing at passwords is seen by which names are tried and why they fail; without that a list of names looks like a few typing errors.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1"];

    protected override string Setting => "auth_verbose";

    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Nothing; the log gets a line for each login that failed.";

    protected override bool IsGood(string value) => DovecotSettings.IsYes(value);
}
