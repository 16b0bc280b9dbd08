using Garita.Hardening.Host;
using Garita.Hardening.Software;

namespace Garita.Hardening.Firewall;

internal sealed class ListenersCovered : Check
{
    public override string Id => "listeners-covered";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "A rule decides about every open port";

    public override string Why => "A port that no rule names is open because nobody thought of it.";

    public override IReadOnlyList<string> References => ["CIS 4.3.4", "CIS 4.4.2.4", "Lynis FIRE-4513"];

    public override string Expected => "strangers reach a listening port by a rule that names it, never because the rest is open";

    public override string Mend => "name the ports in the input chain and let the rest be dropped: garita wall apply";

    public override Finding Look(View host)
    {
        var filter = PacketFilter.Read(host);
        var listeners = Listener.Read(host).Where(static listener => !listener.IsLoopback).ToArray();
        var open = new List<string>();
        foreach (var listener in listeners)
        {
            foreach (var isV6 in new[] { false, true })
            {
                if ((isV6 ? listener.IsV6 : listener.IsV4) && filter.GetsIn(new Probe(isV6, listener.Protocol, listener.Port)) == Likelihood.Yes && filter.GetsIn(Probe.AtClosedPort(isV6) with { Protocol = listener.Protocol }) == Likelihood.Yes)
                    open.Add($"{listener} by {(isV6 ? "IPv6" : "IPv4")}");
            }
        }
        return open.Count > 0 ? Finding.Fail($"open because everything is: {string.Join(", ", open.Distinct(StringComparer.Ordinal).Take(20))}") : Finding.Pass($"{listeners.Length} listening for others, each by a rule or closed");
    }
}
