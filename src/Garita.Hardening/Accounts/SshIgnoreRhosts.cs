using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshIgnoreRhosts : SshdCheck
{
    public override string Id => "ssh-ignore-rhosts";

    public override string Title => "SSH reads no lists of trusted hosts from home folders";

    public override string Why => "Users, and whoever writes to their home, would decide which hosts come in without a password.";

    public override IReadOnlyList<string> References => ["CIS 5.1.11", "Lynis SSH-7408"];

    public override string Expected => "IgnoreRhosts yes";

    protected override string Keyword => "IgnoreRhosts";

    protected override string Wanted => "yes";

    protected override string WhatMayBreak => "Logins that rely on .rhosts and .shosts.";

    protected override bool IsGood(string value) => string.Equals(value, "yes", StringComparison.OrdinalIgnoreCase);
}
