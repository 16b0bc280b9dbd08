using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class CtrlAltDelBurst : Check
{
    public override string Id => "ctrl-alt-del-burst";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Ctrl-Alt-Del seven times does not restart the host either";

    public override string Why => "Pressed seven times in two seconds it restarts the host at once, even where ctrl-alt-del.target is masked.";

    public override IReadOnlyList<string> References => ["SSG disable_ctrlaltdel_burstaction", "NIST SP 800-45 §5"];

    public override string Expected => "CtrlAltDelBurstAction=none in system.conf";

    public override string Mend => "write CtrlAltDelBurstAction=none under [Manager] in /etc/systemd/system.conf.d/zz-garita.conf";

    public override Finding Look(View host)
    {
        if (host.Unit("ctrl-alt-del.target") == UnitState.Absent)
            return Finding.NotApplicable("no systemd here");
        var action = SystemdSettings.Value(host, "system.conf", "Manager", "CtrlAltDelBurstAction");
        return action is "none" ? Finding.Pass("CtrlAltDelBurstAction=none") : Finding.Fail(action is null ? "CtrlAltDelBurstAction is not set, so reboot-force" : $"CtrlAltDelBurstAction={action}");
    }

    public override Repair? Repair(View host) =>
        new(Risk.Low, "A hanging host has to be restarted by its power switch. Holds from the next start, or after systemctl daemon-reexec.", new PutFile("/etc/systemd/system.conf.d/zz-garita.conf", "[Manager]\nCtrlAltDelBurstAction=none\n"));
}
