using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class ReversePathFilter : SysctlCheck
{
    public override string Id => "reverse-path-filter";

    public override string Title => "Packets with forged sources are dropped";

    public override string Why => "A source that could not have come by this interface is a lie; lists and limits by address would believe it.";

    public override IReadOnlyList<string> References => ["CIS 3.3.7", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.rp_filter", ["1", "2"]),
        ("net.ipv4.conf.default.rp_filter", ["1", "2"]),
    ];

    protected override string WhatMayBreak => "Hosts with several ways out, where answers do not leave by the interface that asked.";
}
