using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Firewall;

internal sealed class RouterAdvertisements : SysctlCheck
{
    public override string Id => "router-advertisements";

    public override string Title => "IPv6 routes are not taken from whoever offers them";

    public override string Why => "A neighbour that says it is the router reads the mail, and on many networks that were IPv4 only nobody guards IPv6.";

    public override IReadOnlyList<string> References => ["CIS 3.3.11"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv6.conf.all.accept_ra", ["0"]),
        ("net.ipv6.conf.default.accept_ra", ["0"]),
    ];

    /// <summary>Whoever came by another way, or by a route that a router told, is cut off at once.</summary>
    protected override Touches Touches => Touches.Firewall;

    protected override string WhatMayBreak => "Hosts that have their IPv6 address and route from the router, not from their settings.";

    protected override Risk Risk => Risk.High;

    /// <summary>Where the address comes from the router, the repair would cut IPv6 off: then a person has to set it up first.</summary>
    public override Repair? Repair(View host) => Interfaces(host).Any(static text => text.Contains("inet6 static", StringComparison.Ordinal)) ? base.Repair(host) : null;

    private static IEnumerable<string> Interfaces(View host) =>
        (host.List("/etc/network/interfaces.d") ?? []).Select(static name => "/etc/network/interfaces.d/" + name).Prepend("/etc/network/interfaces").Select(host.Read).OfType<string>();
}
