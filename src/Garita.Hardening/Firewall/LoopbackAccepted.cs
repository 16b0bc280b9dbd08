using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

internal sealed class LoopbackAccepted : Check
{
    public override string Id => "loopback-accepted";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "The host may talk to itself";

    public override string Why => "Mail servers hand messages to filters and back over loopback; where that is closed, someone opens it with a rule that opens too much.";

    public override IReadOnlyList<string> References => ["CIS 4.3.7"];

    public override string Expected => "what comes over the interface lo is accepted, by IPv4 and IPv6";

    public override string Mend => "iif lo fib saddr type local accept, before other rules of the input chain";

    public override Finding Look(View host)
    {
        var filter = PacketFilter.Read(host);
        if (filter.WayIn(isV6: false).Count == 0 && filter.WayIn(isV6: true).Count == 0)
            return Finding.Fail("no chain filters what comes in, so none decides about loopback either");
        var v4 = filter.GetsIn(Probe.AtClosedPort(isV6: false) with { IsLoopback = true });
        var v6 = filter.GetsIn(Probe.AtClosedPort(isV6: true) with { IsLoopback = true });
        var text = $"IPv4 over lo: {Say(v4)}; IPv6 over lo: {Say(v6)}";
        return v4 == Likelihood.No || v6 == Likelihood.No ? Finding.Fail(text) : v4 == Likelihood.Maybe || v6 == Likelihood.Maybe ? Finding.Warning(text) : Finding.Pass(text);
    }

    private static string Say(Likelihood accepted) => accepted switch
    {
        Likelihood.Yes => "accepted",
        Likelihood.No => "dropped",
        _ => "depends on more than this check understands",
    };
}
