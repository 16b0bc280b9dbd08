using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixGatewayExempt : PostfixCheck
{
    private const string Setting = "smtpd_client_event_limit_exceptions";

    public override string Id => "postfix-gateway-exempt";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix does not throttle the gateway in front";

    public override string Why => "To Postfix the gateway is one client that sends all the mail: its limits for one client would stop the mail of all.";

    public override IReadOnlyList<string> References => ["Postfix TUNING_README", "NIST SP 800-45 §6"];

    public override string Expected => Setting + " with each gateway";

    public override string Mend => $"postconf -e '{Setting}=GATEWAY', with its address in place of the word; then postfix reload";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var gateways = host.Gateways;
        var missing = postfix.Servers.Where(static service => service.Type is "inet" or "pass")
            .SelectMany(service => gateways.Where(gateway => !PostfixSettings.Lists(Setting, postfix.Known(Setting, service), gateway)))
            .Select(static gateway => gateway.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        var found = $"{Setting} = {postfix.Known(Setting)}";
        return missing.Length > 0 ? Finding.Fail($"{found}: without {string.Join(", ", missing)}") : Finding.Pass(found);
    }

    protected override Repair? Repair(View host, PostfixSettings postfix)
    {
        var now = postfix.Known(Setting);
        var missing = host.Gateways.Where(gateway => !PostfixSettings.Lists(Setting, now, gateway)).ToArray();
        // What mynetworks excludes with ! would go on excluding: written first, the gateway is found first.
        return missing.Length == 0 ? null : Set(Risk.Low, "Nothing: limits for one client no longer hold for the gateway, which has its own.", $"{Setting}={string.Join(' ', missing.Select(static gateway => gateway.BaseAddress.GetAddressBytes().Length == 4 ? gateway.ToString() : $"[{gateway.BaseAddress}]/{gateway.PrefixLength}").Append(now))}");
    }
}
