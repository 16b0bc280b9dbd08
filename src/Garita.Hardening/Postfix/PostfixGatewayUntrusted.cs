using System.Net;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixGatewayUntrusted : PostfixCheck
{
    private static readonly string[] Lists = ["mynetworks", "smtpd_forbid_bare_newline_exclusions"];

    public override string Id => "postfix-gateway-untrusted";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix does not trust the gateway in front like one of its own users";

    public override string Why => "All mail of the Internet comes from the gateway's address: in mynetworks everybody may relay, and bare newlines are let through.";

    public override IReadOnlyList<string> References => ["CVE-2023-51764", "NIST SP 800-45 §6"];

    public override string Expected => "no gateway in mynetworks or smtpd_forbid_bare_newline_exclusions";

    public override string Mend => "take the gateway out of mynetworks, or put !ADDRESS before the network that holds it; then postfix reload";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var gateways = host.Gateways;
        var wrong = new List<string>();
        foreach (var service in postfix.Servers)
        {
            foreach (var list in Lists)
            {
                // An older one does not know the second list, and lets bare newlines through from everybody.
                if (postfix.Value(list, service) is not { } value)
                    continue;
                wrong.AddRange(gateways.Where(gateway => PostfixSettings.Lists(list, value, gateway)).Select(gateway => $"{Name(gateway)} is in {list} = {value}"));
            }
        }
        return FileRights.Judge([.. wrong.Distinct(StringComparer.Ordinal)], $"not in mynetworks: {string.Join(", ", gateways.Select(Name))}");
    }

    protected override Repair? Repair(View host, PostfixSettings postfix)
    {
        var networks = postfix.Known("mynetworks");
        var own = host.Gateways.Where(gateway => PostfixSettings.Lists("mynetworks", networks, gateway)).ToArray();
        if (own.Length == 0 || postfix.Servers.Any(static service => service.Overrides.ContainsKey("mynetworks")))
            return null;
        var kept = PostfixSettings.Items(networks).Where(item => !(Networks.TryParse(item, out var network) && own.Contains(network)));
        return Set(Risk.Medium, "Mail that programs on the gateway's host send out through this server without a password is refused.", $"mynetworks={string.Join(' ', own.Select(static gateway => "!" + Written(gateway)).Concat(kept))}");
    }

    private static string Name(IPNetwork network) => network.PrefixLength == (network.BaseAddress.GetAddressBytes().Length * 8) ? network.BaseAddress.ToString() : network.ToString();

    private static string Written(IPNetwork network) => network.BaseAddress.GetAddressBytes().Length == 4 ? network.ToString() : $"[{network.BaseAddress}]/{network.PrefixLength}";
}
