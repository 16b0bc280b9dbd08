using Garita.Hardening.Accounts;
using Garita.Hardening.Host;
using System.Globalization;

namespace Garita.Hardening.Firewall;

internal sealed class SshFromListedNetworks : Check
{
    public override string Id => "ssh-from-listed-networks";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "SSH is reached from listed networks only";

    public override string Why => "It is the one door to root that the whole world tries, day and night.";

    public override IReadOnlyList<string> References => ["CIS 5.1.4", "NIST SP 800-45 §7.2"];

    public override string Expected => "strangers do not reach the ports of the SSH server";

    public override string Mend => "garita wall apply with `administrators` under [networks]; or accept the port from listed sources only";

    public override Finding Look(View host)
    {
        if (SshServer.Read(host) is not { } server)
            return Finding.NotApplicable("no SSH server here");
        var port = int.TryParse(server.Value("Port"), NumberStyles.None, CultureInfo.InvariantCulture, out var configured) ? configured : 22;
        var filter = PacketFilter.Read(host);
        var open = new List<string>();
        var sure = false;
        foreach (var isV6 in new[] { false, true })
        {
            var accepted = filter.GetsIn(new Probe(isV6, "tcp", port));
            sure |= accepted == Likelihood.Yes;
            if (accepted != Likelihood.No)
                open.Add($"{(isV6 ? "IPv6" : "IPv4")} {(accepted == Likelihood.Yes ? "from anywhere" : "by a rule with conditions that this check does not know")}");
        }
        var text = string.Create(CultureInfo.InvariantCulture, $"port {port}: {(open.Count > 0 ? string.Join(", ", open) : "closed for strangers")}");
        return open.Count == 0 ? Finding.Pass(text) : sure ? Finding.Fail(text) : Finding.Warning(text);
    }
}
