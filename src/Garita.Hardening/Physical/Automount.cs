using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class Automount : Check
{
    public override string Id => "automount";

    public override Measure Measure => Measure.Physical;

    public override string Title => "What is plugged in is not mounted by itself";

    public override string Why => "Files of a foreign disk would be read by the kernel and its file system drivers as soon as it is plugged in.";

    public override IReadOnlyList<string> References => ["CIS 2.1.1", "Lynis STRG-1842"];

    public override string Expected => "neither autofs nor udisks2 is started";

    public override string Mend => "systemctl mask autofs.service udisks2.service";

    private static readonly string[] Units = ["autofs.service", "udisks2.service"];

    public override Finding Look(View host)
    {
        if (!host.Exists("/etc/systemd") && !host.Exists("/lib/systemd"))
            throw new CannotLookException("no systemd here to ask");
        string[] on = [.. Units.Where(unit => host.Unit(unit) == UnitState.Enabled)];
        return on.Length == 0 ? Finding.Pass("nothing mounts by itself") : Finding.Fail($"enabled: {string.Join(", ", on)}");
    }

    public override Repair? Repair(View host) => new(
        Risk.Medium,
        "Network folders (home folders, mailboxes) that autofs mounts are gone.",
        [.. Units.Where(unit => host.Unit(unit) == UnitState.Enabled).Select(static unit => new SetUnit(unit, UnitWish.Mask))]);
}
