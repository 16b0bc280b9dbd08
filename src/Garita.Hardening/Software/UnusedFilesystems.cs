using Garita.Hardening.Host;
using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class UnusedFilesystems : ModuleBlockedCheck
{
    public override string Id => "unused-filesystems";

    public override Measure Measure => Measure.Software;

    public override string Title => "File systems that nobody uses cannot be loaded";

    public override string Why => "A crafted disk or image is parsed in the kernel by code that hardly anybody maintains.";

    public override IReadOnlyList<string> References => ["CIS 1.1.1.1", "CIS 1.1.1.8", "Lynis FILE-6430"];

    protected override IReadOnlyList<string> Modules => ["cramfs", "freevxfs", "hfs", "hfsplus", "jffs2", "udf"];

    protected override string WhatMayBreak => "Disks and images of these kinds cannot be mounted (udf: DVDs, and images for some hypervisors such as Azure).";

    /// <summary>A container loads nothing by itself: its host's kernel does.</summary>
    public override Finding Look(View host) => host.List("/lib/modules") is { Count: > 0 } ? base.Look(host) : Finding.NotApplicable("no kernel with modules here");
}
