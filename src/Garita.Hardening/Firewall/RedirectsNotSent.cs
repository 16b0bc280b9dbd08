using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class RedirectsNotSent : SysctlCheck
{
    public override string Id => "icmp-redirects-not-sent";

    public override string Title => "The host does not tell others their route";

    public override string Why => "It is no router, and a redirect in its name would be believed.";

    public override IReadOnlyList<string> References => ["CIS 3.3.2", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.send_redirects", ["0"]),
        ("net.ipv4.conf.default.send_redirects", ["0"]),
    ];

    protected override string WhatMayBreak => "Nothing, unless this host routes for others.";
}
