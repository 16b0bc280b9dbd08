using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class SourceRoutesRefused : SysctlCheck
{
    public override string Id => "source-routes-refused";

    public override string Title => "Packets do not choose their own way";

    public override string Why => "With a source route one reaches addresses that the network keeps apart.";

    public override IReadOnlyList<string> References => ["CIS 3.3.8", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.accept_source_route", ["0"]),
        ("net.ipv4.conf.default.accept_source_route", ["0"]),
        ("net.ipv6.conf.all.accept_source_route", ["0", "-1"]),
        ("net.ipv6.conf.default.accept_source_route", ["0", "-1"]),
    ];

    protected override string WhatMayBreak => "Nothing that is in use today.";
}
