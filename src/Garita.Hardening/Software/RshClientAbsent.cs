using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class RshClientAbsent : PackageAbsentCheck
{
    public override string Id => "no-rsh-client";

    public override string Title => "No rsh and talk clients";

    public override string Why => "They send passwords and text in clear, and trust by host name.";

    public override IReadOnlyList<string> References => ["CIS 2.2.2", "CIS 2.2.3", "Lynis INSE-8300"];

    protected override IReadOnlyList<string> Packages => ["rsh-client", "rsh-redone-client", "talk", "inetutils-talk"];

    protected override string WhatMayBreak => "Scripts that use rsh, rcp or rlogin fail; ssh does that.";
}
