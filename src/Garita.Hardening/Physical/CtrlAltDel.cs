using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class CtrlAltDel : Check
{
    public override string Id => "ctrl-alt-del";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Ctrl-Alt-Del does not restart the host";

    public override string Why => "Whoever reaches a keyboard, or the console of a hypervisor, could stop the mail and boot something else.";

    public override IReadOnlyList<string> References => ["SSG disable_ctrlaltdel_reboot", "NIST SP 800-45 §5"];

    public override string Expected => "ctrl-alt-del.target is masked";

    public override string Mend => "systemctl mask ctrl-alt-del.target";

    public override Finding Look(View host) => host.Unit("ctrl-alt-del.target") switch
    {
        UnitState.Masked => Finding.Pass("ctrl-alt-del.target is masked"),
        UnitState.Absent => Finding.NotApplicable("no systemd here"),
        _ => Finding.Fail("ctrl-alt-del.target restarts the host"),
    };

    public override Repair? Repair(View host) =>
        new(Risk.Low, "Ctrl-Alt-Del at the keyboard does nothing any more.", new SetUnit("ctrl-alt-del.target", UnitWish.Mask));
}
