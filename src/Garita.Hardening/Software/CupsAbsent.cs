using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class CupsAbsent : PackageAbsentCheck
{
    public override string Id => "no-cups";

    public override string Title => "No print server (CUPS)";

    public override string Why => "A mail server prints nothing; its print service is reachable code that runs as root.";

    public override IReadOnlyList<string> References => ["CIS 2.1.11", "CVE-2024-47176"];

    protected override IReadOnlyList<string> Packages => ["cups", "cups-daemon", "cups-browsed"];

    protected override IReadOnlyList<string> Units => ["cups.service", "cups.socket", "cups.path", "cups-browsed.service"];

    protected override string WhatMayBreak => "Nothing is printed from this host any more.";
}
