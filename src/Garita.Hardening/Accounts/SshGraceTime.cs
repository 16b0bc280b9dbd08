using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshGraceTime : SshdCheck
{
    public override string Id => "ssh-grace-time";

    public override string Title => "Logins end soon when nobody logs in";

    public override string Why => "Half-open logins fill the few places that SSH has, and administrators find the door blocked while the host is under attack.";

    public override IReadOnlyList<string> References => ["CIS 5.1.13", "Lynis SSH-7408"];

    public override string Expected => "LoginGraceTime 1 to 60 s";

    protected override string Keyword => "LoginGraceTime";

    protected override string Wanted => "60";

    protected override string WhatMayBreak => "Whoever needs more than a minute to type a password.";

    protected override bool IsGood(string value) => SshTime.Seconds(value) is > 0 and <= 60;
}
