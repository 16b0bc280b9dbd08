using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class InputIPv6 : Check
{
    public override string Id => "input-ipv6";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "What is not allowed does not come in by IPv6";

    public override string Why => "Whoever closes IPv4 alone leaves every port open to those who come by IPv6.";

    public override IReadOnlyList<string> References => ["CIS 4.3.5", "Lynis FIRE-4512", "NIST SP 800-45 §7.2"];

    public override string Expected => "a base chain for input that sees IPv6 and drops what no rule accepts";

    public override string Mend => "garita wall apply, or `policy drop` in the input chain once it accepts what is needed (SSH first)";

    public override Finding Look(View host) => InputPolicy.Look(host, isV6: true);
}
