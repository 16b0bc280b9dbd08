using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class OneFirewallManager : Check
{
    public override string Id => "one-firewall-manager";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "One program looks after the packet filter";

    public override string Why => "Two of them overwrite each other, and after one of the next boots the door is open.";

    public override IReadOnlyList<string> References => ["CIS 4.1.1", "NIST SP 800-45 §7.2"];

    public override string Expected => "exactly one of nftables, ufw, firewalld, netfilter-persistent, Shorewall, ferm is started at boot (the wall of Garita may stand beside it)";

    public override string Mend => "systemctl disable --now those that are not used, systemctl enable the one that is";

    public override Finding Look(View host)
    {
        if (host.List("/etc") is null)
            throw new CannotLookException("there is no /etc to look for units in");
        var found = FirewallManager.Enabled(host);
        return found.Count switch
        {
            0 when host.Unit(FirewallManager.WallUnit) is UnitState.Enabled => Finding.Pass("the wall of Garita"),
            0 => Finding.Fail("none is started at boot"),
            1 => Finding.Pass(found[0]),
            _ => Finding.Fail($"{found.Count} of them: {string.Join(", ", found)}"),
        };
    }
}
