using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SshRootLogin : SshdCheck
{
    public override string Id => "ssh-no-root";

    public override string Title => "Nobody logs in as root by SSH";

    public override string Why => "Everybody knows the name, and the records say only \"root\", not who.";

    public override IReadOnlyList<string> References => ["Lynis SSH-7412", "CIS 5.1.20"];

    public override string Expected => "PermitRootLogin no, in Match blocks too";

    protected override string Keyword => "PermitRootLogin";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Whoever logs in as root, such as backups and Ansible, has to come by an own account and sudo.";

    protected override Risk Risk => Risk.High;

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);

    protected override bool MayRepair(View host) => Administrators.CanStillComeIn(host, byKey: false);
}
