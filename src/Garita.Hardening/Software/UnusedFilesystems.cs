using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Software;

internal sealed class UnusedFilesystems : Check
{
    private static readonly string[] Names = ["cramfs", "freevxfs", "hfs", "hfsplus", "jffs2", "udf"];

    public override string Id => "unused-filesystems";

    public override Measure Measure => Measure.Software;

    public override string Title => "File systems that nobody uses cannot be loaded";

    public override string Why => "A crafted disk or image is parsed in the kernel by code that hardly anybody maintains.";

    public override IReadOnlyList<string> References => ["CIS 1.1.1.1", "CIS 1.1.1.8", "Lynis FILE-6430"];

    public override string Expected => "cramfs, freevxfs, hfs, hfsplus, jffs2, udf: absent from the kernel, or blocked in modprobe.d";

    public override string Mend => "`install NAME /bin/false` and `blacklist NAME` for each in /etc/modprobe.d/";

    public override Finding Look(View host) => ModuleBlocks.Look(host, Names);

    public override Repair? Repair(View host) => ModuleBlocks.Repair(Id, Title, Names, "Disks and images of these kinds cannot be mounted (udf: DVDs, and images for some hypervisors such as Azure).");
}
