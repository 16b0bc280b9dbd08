using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class UsbStorage : ModuleBlockedCheck
{
    public override string Id => "usb-storage";

    public override Measure Measure => Measure.Physical;

    public override string Title => "USB sticks and disks cannot be used";

    public override string Why => "With a stick mail and keys are carried away, and foreign programs brought in, in a minute at the rack.";

    public override IReadOnlyList<string> References => ["CIS 1.1.1.9", "Lynis USB-1000", "NIST SP 800-45 §5"];

    protected override IReadOnlyList<string> Modules => ["usb-storage", "uas"];

    protected override string WhatMayBreak => "Backups to USB disks, and virtual drives of a remote management card.";

    protected override Risk Risk => Risk.Medium;
}
