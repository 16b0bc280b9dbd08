using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class SecureRedirectsIgnored : SysctlCheck
{
    public override string Id => "icmp-secure-redirects-ignored";

    public override string Title => "Not even the router tells it another route";

    public override string Why => "The address of the router is known to all neighbours, and easily written on a packet.";

    public override IReadOnlyList<string> References => ["CIS 3.3.6"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.secure_redirects", ["0"]),
        ("net.ipv4.conf.default.secure_redirects", ["0"]),
    ];

    protected override string WhatMayBreak => "Networks that tell hosts their router by redirects.";
}
