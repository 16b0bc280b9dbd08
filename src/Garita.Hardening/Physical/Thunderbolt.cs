using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class Thunderbolt : ModuleBlockedCheck
{
    public override string Id => "thunderbolt";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Thunderbolt is blocked";

    public override string Why => "A Thunderbolt device is on the PCI bus and can read the host's memory, keys and passwords with it.";

    public override IReadOnlyList<string> References => ["SSG kernel_module_thunderbolt_disabled", "NIST SP 800-45 §5"];

    protected override IReadOnlyList<string> Modules => ["thunderbolt"];

    protected override string WhatMayBreak => "Thunderbolt docks, their network cards and disks with them.";

    protected override Risk Risk => Risk.Medium;
}
