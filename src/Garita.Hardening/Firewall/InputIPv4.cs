using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class InputIPv4 : Check
{
    public override string Id => "input-ipv4";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "What is not allowed does not come in by IPv4";

    public override string Why => "A service that somebody starts tomorrow must not be open to the world by itself.";

    public override IReadOnlyList<string> References => ["CIS 4.3.8", "Lynis FIRE-4512", "NIST SP 800-45 §7.2"];

    public override string Expected => "a base chain for input that sees IPv4 and drops what no rule accepts";

    public override string Mend => "garita wall apply, or `policy drop` in the input chain once it accepts what is needed (SSH first)";

    public override Finding Look(View host) => InputPolicy.Look(host, isV6: false);
}
