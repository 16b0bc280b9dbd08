using Garita.Hardening.Kinds;

namespace Garita.Hardening.Physical;

internal sealed class FireWire : ModuleBlockedCheck
{
    public override string Id => "firewire";

    public override Measure Measure => Measure.Physical;

    public override string Title => "FireWire is blocked";

    public override string Why => "A FireWire device reads and writes the host's memory past the processor: keys and passwords with it.";

    public override IReadOnlyList<string> References => ["Lynis STRG-1846", "NIST SP 800-45 §5"];

    protected override IReadOnlyList<string> Modules => ["firewire-core", "firewire-ohci", "firewire-sbp2"];

    protected override string WhatMayBreak => "FireWire disks and cameras.";
}
