using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshAuthTries : SshdCheck
{
    public override string Id => "ssh-auth-tries";

    public override string Title => "A connection has few tries";

    public override string Why => "Guessing gets slow when every few guesses need a new connection, which the wall counts.";

    public override IReadOnlyList<string> References => ["Lynis SSH-7408", "CIS 5.1.16"];

    public override string Expected => "MaxAuthTries at most 4";

    protected override string Keyword => "MaxAuthTries";

    protected override string Wanted => "4";

    protected override string WhatMayBreak => "Clients whose agent offers many keys before the right one: `IdentitiesOnly yes` there.";

    protected override bool IsGood(string value) => AtMost(value, 4);
}
