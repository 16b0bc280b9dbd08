using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class BroadcastsIgnored : SysctlCheck
{
    public override string Id => "broadcast-echo-ignored";

    public override string Title => "Pings to a whole network are not answered";

    public override string Why => "One packet would make every host answer a victim.";

    public override IReadOnlyList<string> References => ["CIS 3.3.4", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.icmp_echo_ignore_broadcasts", ["1"]),
    ];

    protected override string WhatMayBreak => "Nothing.";
}
