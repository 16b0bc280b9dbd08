using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

/// <summary>What becomes of a packet that nobody thought of.</summary>
internal static class InputPolicy
{
    private static readonly string[] Protocols = ["tcp", "udp"];

    /// <summary>Passes when it is dropped.</summary>
    /// <param name="host">The host.</param>
    /// <param name="isV6">Whether for IPv6.</param>
    public static Finding Look(View host, bool isV6)
    {
        var name = isV6 ? "IPv6" : "IPv4";
        if (isV6 && host.IsLive && IsOff(host))
            return Finding.Pass("this host has no IPv6 at all");
        var filter = PacketFilter.Read(host);
        var chains = filter.WayIn(isV6).Where(static chain => chain.Hook is "input").ToArray();
        if (chains.Length == 0)
            return Finding.Fail($"no chain filters what comes in by {name}");
        var where = string.Join(", ", chains.Select(static chain => $"{chain} (policy {(chain.DropsByDefault ? "drop" : "accept")})"));
        var accepted = Protocols.Select(protocol => (Protocol: protocol, GetsIn: filter.GetsIn(Probe.AtClosedPort(isV6) with { Protocol = protocol }))).ToArray();
        if (accepted.Where(static known => known.GetsIn == Likelihood.Yes).Select(static known => known.Protocol).ToArray() is { Length: > 0 } open)
            return Finding.Fail($"any {string.Join(" and ", open)} port is open: {where}");
        return accepted.Any(static known => known.GetsIn == Likelihood.Maybe) ? Finding.Warning($"a rule may let everything in, by an interface or conditions that this check does not know: {where}") : Finding.Pass($"dropped: {where}");
    }

    /// <summary>A kernel without IPv6, or one where every interface has it turned off.</summary>
    private static bool IsOff(View host) =>
        host.List("/proc/sys/net/ipv4") is not null && (host.List("/proc/sys/net/ipv6/conf") is not { } interfaces || interfaces.All(name => host.Read($"/proc/sys/net/ipv6/conf/{name}/disable_ipv6")?.Trim() is "1"));
}
