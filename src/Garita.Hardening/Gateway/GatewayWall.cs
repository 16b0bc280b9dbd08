using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayWall : GatewayCheck
{
    public override string Id => "garita-wall";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Garita's packet filter is in the kernel";

    public override string Why => "Without it forged packets and banned clients cost a socket each, and ports that nobody meant to open are open.";

    public override IReadOnlyList<string> References => ["CIS 4.3.8", "NIST SP 800-45 §7.2"];

    public override string Expected => "the table inet garita, with an input chain of policy drop";

    public override string Mend => "garita wall render shows it, garita wall apply loads it with a way back, --persist keeps it for the next boot";

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            return Finding.Unknown("the packet filter is seen on the running system only");
        // Without elements: with many bans the sets are megabytes.
        var tables = Text.Lines(host.Ask("nft", "list", "tables"));
        if (!tables.Contains("table inet garita", StringComparer.Ordinal))
            return Finding.Fail("no table inet garita");
        var rules = host.Ask("nft", "-t", "list", "table", "inet", "garita");
        return Text.Lines(rules).Any(static line => line.Contains("hook input", StringComparison.Ordinal) && line.Contains("policy drop", StringComparison.Ordinal))
            ? Finding.Pass("table inet garita, input with policy drop")
            : Finding.Warning("table inet garita is there, but its way in does not drop what no rule names");
    }
}
