using System.Net;
using Garita.Settings;
using Garita.Wall.Probe;

namespace Garita.Commands.Wall;

/// <summary>Looks at a mail server's ports as the gateway and as a stranger see them.</summary>
/// <param name="target">The mail server.</param>
/// <param name="gateways">The gateway's addresses as the mail server sees them.</param>
/// <param name="timeout">How long an answer may take.</param>
internal sealed class WallProbe(LockdownTarget target, IReadOnlyList<IPAddress> gateways, TimeSpan timeout)
{
    /// <summary>Ports that mail servers have: SMTP, submission, POP3, IMAP.</summary>
    public static readonly int[] MailPorts = [25, 465, 587, 110, 995, 143, 993];

    private readonly List<string> _problems = [];
    private readonly List<ProbeView> _views = [];

    /// <summary>Looks.</summary>
    /// <param name="addresses">The mail server's addresses.</param>
    /// <param name="from">The stranger's address; null: another one of this machine.</param>
    /// <param name="netns">The namespace that the stranger is in; null: this one.</param>
    public ProbeReport Run(IReadOnlyList<IPAddress> addresses, IPAddress? from, string? netns)
    {
        var tried = 0;
        foreach (var address in addresses)
        {
            if (from is not null && from.AddressFamily != address.AddressFamily)
                continue;
            AsGateway(address);
            var stranger = netns is null ? from ?? Other(address) : from;
            if (netns is null && stranger is null)
                _problems.Add($"{address}: this machine has no other address that could try it: run the command below elsewhere");
            else
                AsStranger(address, stranger, netns);
            tried++;
        }

        if (tried == 0)
            _problems.Add($"{SafeText.Escape(target.Host)} has no address of the family of {from}");
        return new ProbeReport(target.Host, _problems.Count == 0, _problems, _views);
    }

    /// <summary>What somebody elsewhere can run in a shell, where nothing of Garita is installed.</summary>
    public string Elsewhere(IReadOnlyList<IPAddress> addresses) =>
        $"for a in {string.Join(' ', addresses)}; do for p in {string.Join(' ', AllPorts())}; do timeout 5 bash -c \"</dev/tcp/$a/$p\" 2>/dev/null && echo \"$a $p OPEN\" || echo \"$a $p closed\"; done; done";

    private IEnumerable<int> AllPorts() => MailPorts.Concat(target.Ports).Distinct().Order();

    private void AsGateway(IPAddress address)
    {
        var local = LocalAddresses.Towards(address);
        var from = gateways.FirstOrDefault(gateway => gateway.Equals(local))
            ?? gateways.FirstOrDefault(gateway => LocalAddresses.Seen(address.AddressFamily).Contains(gateway));
        var ports = PortProbe.Try(address, [.. target.Delivered], from, timeout, TimeProvider.System);
        _views.Add(View("gateway", (from ?? local)?.ToString() ?? "no way", address, ports));
        foreach (var port in ports.Where(static port => port.State != PortState.Open))
            _problems.Add($"{address} port {port.Port}: the gateway itself does not get in ({Word(port.State)})");
    }

    private void AsStranger(IPAddress address, IPAddress? from, string? netns)
    {
        int[] all = [.. AllPorts()];
        var ports = netns is null
            ? PortProbe.Try(address, all, from, timeout, TimeProvider.System)
            : NetworkNamespace.Run(netns, () => PortProbe.Try(address, all, from, timeout, TimeProvider.System));
        _views.Add(View("stranger", netns is null ? from!.ToString() : from is null ? "namespace " + netns : $"{from} in namespace {netns}", address, ports));
        var served = ports.Where(port => target.Ports.Contains(port.Port)).ToList();
        foreach (var port in served.Where(static port => port.State == PortState.Open))
            _problems.Add($"{address} port {port.Port}: OPEN past the gateway");
        // Who finds no way to it at all has proven nothing of a lockdown.
        if (served.Count > 0 && served.TrueForAll(static port => port.State == PortState.Unreachable) && ports.All(static port => port.State == PortState.Unreachable))
            _problems.Add($"{address}: there is no way to it from there, so nothing is proven");
    }

    private IPAddress? Other(IPAddress address)
    {
        var usual = LocalAddresses.Towards(address);
        return LocalAddresses.Seen(address.AddressFamily).FirstOrDefault(local => !gateways.Contains(local) && !local.Equals(usual));
    }

    private ProbeView View(string standpoint, string from, IPAddress address, IReadOnlyList<PortResult> ports) =>
        new(standpoint, from, address.ToString(), [.. ports.Select(port => new ProbePort(port.Port, Word(port.State), target.Ports.Contains(port.Port)))]);

    private static string Word(PortState state) => state switch
    {
        PortState.Open => "open",
        PortState.Refused => "refused",
        PortState.Silent => "silent",
        _ => "unreachable",
    };
}
