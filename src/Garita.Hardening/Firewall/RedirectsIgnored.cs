using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class RedirectsIgnored : SysctlCheck
{
    public override string Id => "icmp-redirects-ignored";

    public override string Title => "The host lets nobody tell it another route";

    public override string Why => "Whoever sends one redirect has the mail pass by him.";

    public override IReadOnlyList<string> References => ["CIS 3.3.5", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.accept_redirects", ["0"]),
        ("net.ipv4.conf.default.accept_redirects", ["0"]),
        ("net.ipv6.conf.all.accept_redirects", ["0"]),
        ("net.ipv6.conf.default.accept_redirects", ["0"]),
    ];

    protected override string WhatMayBreak => "Networks that tell hosts their router by redirects.";
}
