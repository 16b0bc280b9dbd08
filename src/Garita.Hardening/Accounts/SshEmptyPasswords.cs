using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshEmptyPasswords : SshdCheck
{
    public override string Id => "ssh-no-empty-passwords";

    public override string Title => "SSH takes no empty password";

    public override string Why => "Some day an account will have none.";

    public override IReadOnlyList<string> References => ["CIS 5.1.19", "Lynis SSH-7408"];

    public override string Expected => "PermitEmptyPasswords no";

    protected override string Keyword => "PermitEmptyPasswords";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Accounts without a password cannot log in.";

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);
}
