using Garita.Hardening.Host;
using Garita.Hardening.Software;

namespace Garita.Hardening.Firewall;

internal sealed class BackendClosed : Check
{
    private static readonly bool[] Families = [false, true];
    private static readonly int[] MailPorts = [24, 25, 110, 143, 465, 587, 993, 995, 4190];

    public override string Id => "backend-closed";

    public override Measure Measure => Measure.Firewall;

    public override Roles Roles => Roles.Postfix | Roles.Exim | Roles.Sendmail | Roles.Dovecot | Roles.OpenSmtpd;

    public override string Title => "Only the gateway reaches the mail server behind it";

    public override string Why => "Whoever finds its address goes past the gateway, and all that this keeps out comes in at the back door.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §7.2", "CIS 4.3.4"];

    public override string Expected => "strangers do not reach mail ports of a server behind a gateway";

    public override string Mend => "garita wall lockdown on this host; `garita wall probe` on the gateway proves it";

    public override Finding Look(View host)
    {
        var filter = PacketFilter.Read(host);
        if (host.Roles.HasFlag(Roles.Gateway))
            return Finding.NotApplicable("this host is the gateway");
        var listeners = Listener.Read(host).Where(static listener => !listener.IsLoopback && listener.Protocol is "tcp" && MailPorts.Contains(listener.Port)).ToArray();
        if (listeners.Length == 0)
            return Finding.Pass("no mail port is open to others");
        var open = listeners.SelectMany(listener => Families.Where(isV6 => (isV6 ? listener.IsV6 : listener.IsV4) && filter.GetsIn(new Probe(isV6, "tcp", listener.Port)) != Likelihood.No).Select(isV6 => $"{listener.Name} by {(isV6 ? "IPv6" : "IPv4")}"))
            .Distinct(StringComparer.Ordinal).ToArray();
        return open.Length > 0 ? Finding.Warning($"strangers reach {string.Join(", ", open)}: right only where no gateway stands in front") : Finding.Pass($"closed for strangers: {string.Join(", ", listeners.Select(static listener => listener.Name).Distinct(StringComparer.Ordinal))}");
    }
}
