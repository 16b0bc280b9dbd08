using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SshPasswords : SshdCheck
{
    public override string Id => "ssh-no-passwords";

    public override string Title => "SSH takes keys, not passwords";

    public override string Why => "Passwords are guessed, and those of mailboxes are phished.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.5", "SSG sshd_disable_password_auth"];

    public override string Expected => "PasswordAuthentication no";

    protected override string Keyword => "PasswordAuthentication";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Whoever has no key on this host cannot log in any more.";

    protected override Risk Risk => Risk.High;

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);

    protected override bool MayRepair(View host) => Administrators.CanStillComeIn(host, byKey: true);
}
