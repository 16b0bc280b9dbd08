using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class NisAbsent : PackageAbsentCheck
{
    public override string Id => "no-nis";

    public override string Title => "No NIS";

    public override string Why => "It hands out password hashes to anybody in the network, and believes whoever answers first.";

    public override IReadOnlyList<string> References => ["CIS 2.1.10", "CIS 2.2.1", "Lynis INSE-8310"];

    protected override IReadOnlyList<string> Packages => ["nis", "ypserv", "ypbind", "ypbind-mt", "yp-tools"];

    protected override IReadOnlyList<string> Units => ["ypserv.service", "ypbind.service", "nis.service"];

    protected override string WhatMayBreak => "Accounts that come from NIS cannot log in any more.";
}
