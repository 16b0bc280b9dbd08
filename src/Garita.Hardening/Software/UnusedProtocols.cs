using Garita.Hardening.Host;
using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class UnusedProtocols : ModuleBlockedCheck
{
    public override string Id => "unused-protocols";

    public override Measure Measure => Measure.Software;

    public override string Title => "Network protocols that nobody uses cannot be loaded";

    public override string Why => "Any local user makes the kernel load them by opening a socket; most local exploits of the last years began with one of these.";

    public override IReadOnlyList<string> References => ["CIS 3.2.1", "CIS 3.2.4", "Lynis NETW-3200"];

    protected override IReadOnlyList<string> Modules => ["dccp", "tipc", "rds", "sctp"];

    protected override string WhatMayBreak => "Programs that speak SCTP (telephone exchanges), TIPC or RDS (clusters); none of them is mail.";

    /// <summary>A container loads nothing by itself: its host's kernel does.</summary>
    public override Finding Look(View host) => host.List("/lib/modules") is { Count: > 0 } ? base.Look(host) : Finding.NotApplicable("no kernel with modules here");
}
