using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class XServerAbsent : PackageAbsentCheck
{
    public override string Id => "no-x-server";

    public override string Title => "No graphical desktop (X)";

    public override string Why => "It is a large program with rights of root that a mail server never shows to anybody.";

    public override IReadOnlyList<string> References => ["CIS 2.1.21", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["xserver-xorg-core", "xserver-common", "xwayland", "gdm3", "lightdm", "sddm"];

    protected override IReadOnlyList<string> Units => ["display-manager.service", "gdm.service", "lightdm.service"];

    protected override string WhatMayBreak => "There is no desktop on this host any more.";
}
