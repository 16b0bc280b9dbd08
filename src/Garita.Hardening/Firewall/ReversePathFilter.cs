using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Firewall;

internal sealed class ReversePathFilter : SysctlCheck
{
    public override string Id => "reverse-path-filter";

    public override string Title => "Packets with forged sources are dropped";

    public override string Why => "A source that could not have come by this interface is a lie; lists and limits by address would believe it.";

    public override IReadOnlyList<string> References => ["CIS 3.3.7", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.conf.all.rp_filter", ["1"]),
        ("net.ipv4.conf.default.rp_filter", ["1"]),
    ];

    /// <summary>Whoever came by another way, or by a route that a router told, is cut off at once.</summary>
    protected override Touches Touches => Touches.Firewall;

    protected override string WhatMayBreak => "Hosts with several ways out, where answers do not leave by the interface that asked: they need 2.";

    protected override Risk Risk => Risk.Medium;

    /// <summary>2 asks only whether there is a way back at all: what hosts with several ways out need.</summary>
    public override Finding Look(View host)
    {
        var finding = base.Look(host);
        return finding.Outcome == Outcome.Fail && !finding.Found.Contains("= 0", StringComparison.Ordinal) ? Finding.Warning(finding.Found) : finding;
    }
}
