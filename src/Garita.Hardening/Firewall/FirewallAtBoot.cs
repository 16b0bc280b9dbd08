using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Firewall;

internal sealed class FirewallAtBoot : Check
{
    public override string Id => "firewall-at-boot";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "The packet filter is there after a restart";

    public override string Why => "Otherwise the next power cut opens every port, and nobody notices.";

    public override IReadOnlyList<string> References => ["CIS 4.3.9", "Lynis FIRE-4590"];

    public override string Expected => "a unit that loads the rules is enabled, and its file filters what comes in by IPv4 and IPv6";

    public override string Mend => "garita wall apply --persist; or systemctl enable nftables with the rules in /etc/nftables.conf";

    public override Finding Look(View host)
    {
        if (host.List("/etc") is null)
            throw new CannotLookException("there is no /etc to look for units in");
        var managers = FirewallManager.Enabled(host);
        if (managers.Count == 0 && host.Unit(FirewallManager.WallUnit) is not UnitState.Enabled)
            return Finding.Fail("nothing loads a packet filter at boot");
        var problems = managers.Select(manager => FirewallManager.Problem(host, manager)).OfType<string>().ToArray();
        var good = managers.Count - problems.Length + (host.Unit(FirewallManager.WallUnit) is UnitState.Enabled ? 1 : 0);
        return good > 0 ? Finding.Pass(string.Join(", ", managers.Count > 0 ? managers : [FirewallManager.WallUnit])) : Finding.Fail(string.Join("; ", problems));
    }

    /// <summary>Only where the file already filters: starting the unit loads it, in place of what is in the kernel.</summary>
    public override Repair? Repair(View host) =>
        FirewallManager.Enabled(host).Count == 0 && host.Unit("nftables.service") is UnitState.Disabled && FirewallManager.Problem(host, FirewallManager.Nftables) is null
            ? new(Risk.High, "The rules of /etc/nftables.conf take the place of those in the kernel; what these do not accept is cut off.", new SetUnit("nftables.service", UnitWish.Enable)) { Touches = Touches.Firewall }
            : null;
}
