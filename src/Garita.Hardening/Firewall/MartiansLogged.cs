using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class MartiansLogged : SysctlCheck
{
    public override string Id => "martians-logged";

    public override string Title => "Impossible addresses are written down";

    public override string Why => "They are the first sign of somebody in the own network who forges.";

    public override IReadOnlyList<string> References => ["CIS 3.3.9", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.log_martians", ["1"]),
        ("net.ipv4.conf.default.log_martians", ["1"]),
    ];

    protected override string WhatMayBreak => "The kernel log grows where the network is badly set up.";
}
