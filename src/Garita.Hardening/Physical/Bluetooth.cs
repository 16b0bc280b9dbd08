using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class Bluetooth : Check
{
    public override string Id => "bluetooth";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Bluetooth is off";

    public override string Why => "It pairs with keyboards and phones in the next room; a mail server needs neither.";

    public override IReadOnlyList<string> References => ["CIS 3.1.3"];

    public override string Expected => "bluetooth.service is not there or not enabled";

    public override string Mend => "systemctl mask bluetooth.service, or remove bluez";

    public override Finding Look(View host) => host.Unit("bluetooth.service") switch
    {
        UnitState.Enabled => Finding.Fail("bluetooth.service is enabled"),
        UnitState.Absent when !host.Exists("/etc/systemd") && !host.Exists("/lib/systemd") => throw new CannotLookException("no systemd here to ask"),
        var state => Finding.Pass(state == UnitState.Absent ? "there is no bluetooth.service" : "nothing starts bluetooth.service"),
    };

    public override Repair? Repair(View host) => new(Risk.Low, "Bluetooth keyboards and mice at the console.", new SetUnit("bluetooth.service", UnitWish.Mask));
}
