using System.Globalization;
using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[wall.lockdown]</c>.</summary>
internal static class LockdownReader
{
    public static LockdownSettings Read(TableReader? wall)
    {
        var defaults = new LockdownSettings();
        return wall?.Table("lockdown") is not { } table ? defaults : new LockdownSettings
        {
            Gateways = Gateways(table),
            GatewayMacs = Macs(table),
            AlsoFrom = table.Networks("also_from"),
            SshFrom = table.Networks("ssh_from"),
            SshPort = table.Whole("ssh_port", 1, 65535, defaults.SshPort),
            Services = table.Has("services") ? Ports(table) : null,
            Dns = Destinations(table, "dns"),
            Ntp = Destinations(table, "ntp"),
            Updates = Destinations(table, "updates"),
            Ldap = Destinations(table, "ldap"),
            LogHosts = Destinations(table, "log_hosts"),
            MailTo = Destinations(table, "mail_to"),
        };
    }

    /// <summary>An address that a packet can come from: a rule for any other would let in nobody, or everybody.</summary>
    public static bool TryGateway(string text, out IPAddress address) =>
        NetworkText.TryAddress(text, out address) && !address.IsIPv4MappedToIPv6 && !address.IsIPv6Multicast
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !(address.GetAddressBytes() is [>= 224, _, _, _]);

    private static List<IPAddress> Gateways(TableReader table)
    {
        const string Expected = "addresses of this gateway as the mail server sees them, such as \"192.0.2.1\"; no networks";
        var gateways = new List<IPAddress>();
        foreach (var (node, text) in table.Texts("gateways", Expected))
        {
            if (!TryGateway(text, out var address))
                table.Wrong("gateways", node, Expected);
            else if (!gateways.Contains(address))
                gateways.Add(address);
        }

        return gateways;
    }

    private static List<string> Macs(TableReader table)
    {
        const string Expected = "hardware addresses such as \"02:00:00:00:00:01\"";
        var macs = new List<string>();
        foreach (var (node, text) in table.Texts("gateway_macs", Expected))
        {
            var parts = text.Split(':');
            if (parts.Length == 6 && Array.TrueForAll(parts, static part => part.Length == 2 && byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)))
                macs.Add(text.ToLowerInvariant());
            else
                table.Wrong("gateway_macs", node, Expected);
        }

        return macs;
    }

    private static List<int> Ports(TableReader table)
    {
        const string Expected = "a list of TCP ports such as [143, 993]";
        var ports = new List<int>();
        foreach (var (node, port) in table.Numbers("services", Expected))
        {
            if (port is >= 1 and <= 65535)
                ports.Add((int)port);
            else
                table.Wrong("services", node, Expected);
        }

        return ports;
    }

    private static List<LockdownDestination> Destinations(TableReader table, string key)
    {
        const string Expected = "networks, addresses or ADDRESS:PORT, such as \"192.0.2.53\", \"192.0.2.0/24\" or \"[2001:db8::9]:636\"";
        var destinations = new List<LockdownDestination>();
        foreach (var (node, text) in table.Texts(key, Expected))
        {
            if (NetworkText.TryEndPoint(text, out var endPoint) && endPoint.Port > 0)
                destinations.Add(new LockdownDestination(new IPNetwork(endPoint.Address, endPoint.Address.GetAddressBytes().Length * 8), endPoint.Port));
            else if (NetworkText.TryNetwork(text, out var network) is { } expected)
                table.Wrong(key, node, text.Contains('/', StringComparison.Ordinal) ? expected : Expected);
            else
                destinations.Add(new LockdownDestination(network, null));
        }

        return destinations;
    }
}
