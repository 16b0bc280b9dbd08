using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Settings;
using Garita.Wall.Rulesets;
using Garita.Wall.Warden;

namespace Garita.PacketFilter;

/// <summary>Makes the plan of the ruleset from settings and host. Names are looked up here, once.</summary>
internal sealed class WallPlanner(GatewaySettings settings, WallHost host)
{
    private readonly List<Passage> _egress = [];
    private readonly List<IPNetwork> _known = [];

    /// <summary>The plan.</summary>
    /// <exception cref="WallException">A user is absent, or a name cannot be looked up.</exception>
    public async Task<WallPlan> PlanAsync()
    {
        var wall = settings.Wall;
        var user = host.User(wall.User) ?? throw new WallException($"wall.user is \"{wall.User}\", and there is no such user on this host: create it (systemd-sysusers, or adduser --system --group {wall.User}), or set wall.user to the user that the gateway runs as, by name or number");
        if (user == 0)
            throw new WallException("wall.user is root: the way out would be closed to everything that root runs; run the gateway as a user of its own");
        await EgressAsync();
        var limits = settings.Limits;
        return new WallPlan
        {
            Interfaces = wall.Interfaces,
            ReversePath = wall.ReversePath switch { WallReversePath.Strict => ReversePath.Strict, WallReversePath.Loose => ReversePath.Loose, _ => ReversePath.Off },
            Doors = [.. settings.Listeners.SelectMany(static listener => listener.Bind.Where(static bind => !IPAddress.IsLoopback(bind.Address))
                .Select(bind => new MailDoor(bind.Address, bind.Port, listener.ProxyProtocolFrom)))],
            Trusted = settings.Networks.Trusted,
            NeverBan = [.. settings.Networks.NeverBan, .. settings.Networks.Forwarders, .. wall.SshFrom, .. settings.Listeners.SelectMany(static listener => listener.ProxyProtocolFrom), .. _known],
            SshFrom = wall.SshFrom,
            SshPorts = wall.SshPorts,
            Open = [.. wall.Open.Select(static service => new Passage(service.IsUdp, service.Port, service.Network is { } network ? [network] : [], "wall.open"))],
            GatewayUser = user,
            Egress = _egress,
            MadePerMinute = Most([limits.ConnectionsPerMinute, .. settings.Listeners.Select(static listener => listener.ConnectionsPerMinute), .. limits.ForNetworks.Select(static network => network.ConnectionsPerMinute)]),
            ConnectionsPerClient = Most([limits.ConnectionsPerClient, .. settings.Listeners.Select(static listener => listener.ConnectionsPerClient), .. limits.ForNetworks.Select(static network => network.ConnectionsPerClient)]),
            ConnectionsPerNetwork = Most([limits.ConnectionsPerNetwork, .. settings.Listeners.Select(static listener => listener.ConnectionsPerNetwork), .. limits.ForNetworks.Select(static network => network.ConnectionsPerNetwork)]),
            LogPerSecond = wall.LogPerSecond,
            Flood = wall.Flood == FloodMode.On,
            DropForwarded = !await host.ForwardsAsync(),
        };
    }

    /// <summary>Twice the highest limit of the gateway, which judges better; 0 where one has none.</summary>
    private static int Most(IReadOnlyList<int?> limits) => limits.Any(static limit => limit == 0) ? 0 : (int)Math.Min(1_000_000_000L, 2L * limits.Max()!.Value);

    private async Task EgressAsync()
    {
        foreach (var tenant in settings.Tenants)
        {
            foreach (var server in tenant.Backends.Smtp)
                await BackendAsync(server, $"mail server of {tenant.Name}");
            foreach (var server in tenant.Recipients.Ldap?.Servers ?? [])
                await HostAsync(server.Host, server.Port, $"directory of {tenant.Name}");
        }

        foreach (var resolver in settings.Dns.Servers.Count > 0 ? settings.Dns.Servers : host.Resolvers())
        {
            Add(isUdp: true, resolver.Port, [resolver.Address], "DNS");
            Add(isUdp: false, resolver.Port, [resolver.Address], "DNS");
        }

        foreach (var engine in settings.Engines.All)
            await BackendAsync(engine.Address, engine.Name);
        foreach (var server in settings.Outbound?.Smtp ?? [])
            await BackendAsync(server, "smarthost");
        if (settings.Alarms.Webhook is { } webhook)
            await HostAsync(webhook.DnsSafeHost, webhook.Port, "webhook of alarms");
        foreach (var service in settings.Wall.Egress)
        {
            if (service.Host is { } name)
                Add(service.IsUdp, service.Port, await AddressesAsync(name, "wall.egress"), "wall.egress");
            else
                _egress.Add(new Passage(service.IsUdp, service.Port, service.Network is { } network ? [network] : [], "wall.egress"));
        }
    }

    private Task BackendAsync(BackendAddress server, string purpose) => server.IsUnix ? Task.CompletedTask : HostAsync(server.Host, server.Port, purpose);

    private async Task HostAsync(string name, int port, string purpose) => Add(isUdp: false, port, await AddressesAsync(name, purpose), purpose);

    private void Add(bool isUdp, int port, IEnumerable<IPAddress> addresses, string purpose)
    {
        var networks = addresses.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Where(static address => !IPAddress.IsLoopback(address))
            .Select(static address => new IPNetwork(WithoutZone(address), address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)).Order(Comparer<IPNetwork>.Create(static (left, right) => string.CompareOrdinal(left.ToString(), right.ToString()))).ToList();
        if (networks.Count == 0)
            return;
        _known.AddRange(networks);
        _egress.Add(new Passage(isUdp, port, networks, purpose));
    }

    private static IPAddress WithoutZone(IPAddress address) => new(address.GetAddressBytes());

    private async Task<IPAddress[]> AddressesAsync(string name, string purpose)
    {
        if (IPAddress.TryParse(name, out var address))
            return [address];
        try
        {
            return await host.AddressesAsync(name);
        }
        catch (SocketException problem)
        {
            throw new WallException($"{SafeText.Escape(name)} ({purpose}) cannot be looked up ({problem.Message}), and the packet filter goes by addresses: mend the name, or write the address into the settings");
        }
    }
}
