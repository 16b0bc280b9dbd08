using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshHostBased : SshdCheck
{
    public override string Id => "ssh-no-host-based";

    public override string Title => "SSH trusts no other host";

    public override string Why => "Whoever owns the other host owns this one.";

    public override IReadOnlyList<string> References => ["CIS 5.1.10", "Lynis SSH-7408"];

    public override string Expected => "HostbasedAuthentication no";

    protected override string Keyword => "HostbasedAuthentication";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Logins that rely on the name of the calling host.";

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);
}
