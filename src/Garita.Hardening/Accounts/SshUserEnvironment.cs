using Garita.Hardening.Kinds;

namespace Garita.Hardening.Accounts;

internal sealed class SshUserEnvironment : SshdCheck
{
    public override string Id => "ssh-no-user-environment";

    public override string Title => "Users do not set the environment of SSH";

    public override string Why => "With LD_PRELOAD from a file in the home folder, limits on commands are worth nothing.";

    public override IReadOnlyList<string> References => ["CIS 5.1.21", "Lynis SSH-7408"];

    public override string Expected => "PermitUserEnvironment no";

    protected override string Keyword => "PermitUserEnvironment";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Sessions that rely on ~/.ssh/environment.";

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);
}
