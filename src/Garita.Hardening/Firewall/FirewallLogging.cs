using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class FirewallLogging : Check
{
    public override string Id => "firewall-logging";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "The packet filter writes down what it drops";

    public override string Why => "Without it nobody sees who knocks at which door, nor what a rule turned away by mistake.";

    public override IReadOnlyList<string> References => ["Lynis FIRE-4586", "NIST SP 800-45 §7.2"];

    public override string Expected => "a rule on the way in logs, with a limit";

    public override string Mend => "before the end of the input chain: limit rate 5/second burst 20 packets log prefix \"drop \"";

    public override Finding Look(View host)
    {
        var filter = PacketFilter.Read(host);
        if (!filter.Chains.Any(static chain => chain.Hook is "input" or "prerouting"))
            return Finding.Fail("no chain filters what comes in");
        var found = filter.Chains.Where(static chain => chain.Hook is "input" or "prerouting" or "" && chain.Rules.Exists(static rule => rule.Logs)).Select(static chain => chain.ToString()).ToArray();
        return found.Length > 0 ? Finding.Pass($"logs: {string.Join(", ", found)}") : Finding.Warning("no rule on the way in logs");
    }
}
