using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// Networks of which no address is ever banned: those of the settings, and everything that the gateway itself lives on. Of 127.0.0.0/8 only
/// 127.0.0.1 is among them; the rest are strangers like others.
/// </summary>
internal sealed class NeverBan
{
    private readonly List<(IPNetwork Network, string What)> _list = [];

    private NeverBan()
    {
    }

    /// <summary>Makes the list.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="resolved">Addresses of mail servers and directories that are given by name.</param>
    /// <param name="own">Addresses of this machine.</param>
    internal static NeverBan Make(GatewaySettings settings, IReadOnlyDictionary<string, IPAddress[]> resolved, IEnumerable<IPAddress> own)
    {
        var never = new NeverBan();
        never.Add(IPAddress.Loopback, "this machine");
        never.Add(IPAddress.IPv6Loopback, "this machine");
        never.Add(settings.Networks.NeverBan, "networks.never_ban");
        never.Add(settings.Networks.Trusted, "networks.trusted");
        never.Add(settings.Networks.Forwarders, "networks.forwarders");
        never.Add(settings.Networks.Administrators, "networks.administrators");
        foreach (var address in own)
            never.Add(address, "an address of this machine");
        foreach (var listener in settings.Listeners)
        {
            foreach (var bind in listener.Bind)
                never.Add(bind.Address, $"listener {listener.Name}");
            never.Add(listener.ProxyProtocolFrom, $"proxy_protocol_from of listener {listener.Name}");
        }

        if (settings.AdminBind is { } admin)
            never.Add(admin.Address, "admin.bind");
        foreach (var server in settings.Dns.Servers.Count > 0 ? settings.Dns.Servers.Select(static server => server.Address) : SystemResolvers())
            never.Add(server, "a resolver");
        foreach (var tenant in settings.Tenants)
        {
            foreach (var backend in tenant.Backends.Smtp.Where(static backend => !backend.IsUnix))
                never.Add(backend.Host, $"mail server {backend} of tenant {tenant.Name}", resolved);
            foreach (var server in tenant.Recipients.Ldap?.Servers ?? [])
                never.Add(server.Host, $"directory {server} of tenant {tenant.Name}", resolved);
        }

        return never;
    }

    /// <summary>What of a network is never banned, for people; null for nothing.</summary>
    internal string? Find(IPNetwork network)
    {
        foreach (var (one, what) in _list)
        {
            if (Overlap(one, network))
                return $"{Text(one)} ({what})";
        }

        return null;
    }

    /// <summary>Whether two networks have an address in common: then one lies in the other.</summary>
    internal static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.BaseAddress.AddressFamily == other.BaseAddress.AddressFamily
        && (one.PrefixLength <= other.PrefixLength ? one.Contains(other.BaseAddress) : other.Contains(one.BaseAddress));

    /// <summary>A network for people: an address alone where it is one.</summary>
    internal static string Text(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128) ? network.BaseAddress.ToString() : network.ToString();

    private static IEnumerable<IPAddress> SystemResolvers() =>
        DnsClient.NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false).Select(static server => IPAddress.Parse(server.Address));

    private void Add(IReadOnlyList<IPNetwork> networks, string what)
    {
        foreach (var network in networks)
            _list.Add((network, what));
    }

    private void Add(IPAddress address, string what)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.IsIPv6LinkLocal)
            address = new IPAddress(address.GetAddressBytes());
        // "All addresses" is no address; this machine's own ones are listed.
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            _list.Add((new IPNetwork(address, address.GetAddressBytes().Length * 8), what));
    }

    private void Add(string host, string what, IReadOnlyDictionary<string, IPAddress[]> resolved)
    {
        if (IPAddress.TryParse(host, out var literal))
            Add(literal, what);
        else if (resolved.TryGetValue(host, out var addresses))
            Array.ForEach(addresses, address => Add(address, what));
    }
}
