using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SshX11 : SshdCheck
{
    public override string Id => "ssh-no-x11";

    public override string Title => "SSH forwards no screen";

    public override string Why => "A host without a desktop has none to forward, and whoever is root here could read the administrator's keyboard.";

    public override IReadOnlyList<string> References => ["Lynis SSH-7408", "CIS 5.1.12"];

    public override string Expected => "X11Forwarding no";

    protected override string Keyword => "X11Forwarding";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Graphical programs started on this host.";

    protected override Risk Risk => Risk.Low;

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);
}
