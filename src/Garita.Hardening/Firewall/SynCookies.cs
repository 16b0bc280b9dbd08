using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class SynCookies : SysctlCheck
{
    public override string Id => "syn-cookies";

    public override string Title => "A flood of half-open connections does not close the port";

    public override string Why => "Without cookies a few hundred packets a second keep all senders out.";

    public override IReadOnlyList<string> References => ["CIS 3.3.10", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.tcp_syncookies", ["1", "2"]),
    ];

    protected override string WhatMayBreak => "Nothing: they are used when the backlog is full.";
}
