using System.Globalization;
using System.Net;
using Garita.Gateway.Settings;
using Garita.Wall.Warden;

namespace Garita.Settings;

/// <summary>Reads <c>[wall]</c>.</summary>
internal static class WallReader
{
    private const string UserExpected = "the name of a user such as \"garita\", or its number";

    public static WallSettings Read(TableReader file, NetworkSettings networks, Func<string, string> absolute)
    {
        var defaults = new WallSettings { SshFrom = networks.Administrators };
        if (file.Table("wall") is not { } table)
            return defaults;
        return new WallSettings
        {
            Interfaces = Interfaces(table),
            SshFrom = [.. networks.Administrators.Concat(table.Networks("ssh_from")).Distinct()],
            SshPorts = Ports(table, defaults.SshPorts),
            User = User(table, defaults.User),
            Open = [.. Services(table, "open", "from", mayNameHost: false)],
            Egress = [.. Services(table, "egress", "to", mayNameHost: true)],
            ReversePath = table.Choice("reverse_path", [("strict", WallReversePath.Strict), ("loose", WallReversePath.Loose), ("off", WallReversePath.Off)]) ?? defaults.ReversePath,
            LogPerSecond = table.Whole("log_per_second", 0, 1000, defaults.LogPerSecond),
            Flood = table.Choice("flood", [("auto", FloodMode.Auto), ("on", FloodMode.On), ("off", FloodMode.Off)]) ?? defaults.Flood,
            Warden = table.Text("warden", "the path of a unix socket") is { } warden ? absolute((string)warden.Value) : defaults.Warden,
        };
    }

    private static List<string> Interfaces(TableReader table)
    {
        const string Expected = "the name of a network interface such as \"eth0\" (at most 15 letters, digits, '.', '-', '_')";
        var names = new List<string>();
        foreach (var (node, text) in table.Texts("interfaces", Expected))
        {
            // The kernel allows more; these go into a ruleset as they are.
            if (text.Length is > 0 and <= 15 && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') && text is not "lo")
                names.Add(text);
            else
                table.Wrong("interfaces", node, Expected);
        }

        return names;
    }

    private static IReadOnlyList<int> Ports(TableReader table, IReadOnlyList<int> otherwise)
    {
        const string Expected = "ports from \"1\" to \"65535\", as strings";
        if (!table.Has("ssh_ports"))
            return otherwise;
        var ports = new List<int>();
        var isEmpty = true;
        foreach (var (node, text) in table.Texts("ssh_ports", Expected))
        {
            isEmpty = false;
            if (TryPort(text, out var port))
                ports.Add(port);
            else
                table.Wrong("ssh_ports", node, Expected);
        }

        if (isEmpty)
            table.Error(table.PlaceOf("ssh_ports"), "wall.ssh_ports is empty, expected " + Expected);
        return ports;
    }

    private static string User(TableReader table, string otherwise)
    {
        if (table.Text("user", UserExpected) is not { } node)
            return otherwise;
        var text = (string)node.Value;
        // useradd(8): names of 32 characters at most.
        if (text.Length is > 0 and <= 32 && text[0] != '-' && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
            return text;
        table.Wrong("user", node, UserExpected);
        return otherwise;
    }

    private static IEnumerable<WallService> Services(TableReader table, string key, string word, bool mayNameHost)
    {
        var expected = $"\"tcp/PORT\", \"udp/PORT\" or \"tcp/PORT {word} {(mayNameHost ? "NETWORK or HOST" : "NETWORK")}\"";
        foreach (var (node, text) in table.Texts(key, expected))
        {
            if (TryService(text, word, mayNameHost) is { } service)
                yield return service;
            else
                table.Wrong(key, node, expected);
        }
    }

    private static WallService? TryService(string text, string word, bool mayNameHost)
    {
        var parts = text.Split(' ');
        if (parts.Length is not (1 or 3) || (parts.Length == 3 && !string.Equals(parts[1], word, StringComparison.Ordinal)))
            return null;
        var isUdp = parts[0].StartsWith("udp/", StringComparison.Ordinal);
        if ((!isUdp && !parts[0].StartsWith("tcp/", StringComparison.Ordinal)) || !TryPort(parts[0][4..], out var port))
            return null;
        if (parts.Length == 1)
            return new WallService(isUdp, port, null, null);
        if (NetworkText.TryNetwork(parts[2], out var network) is null)
            return new WallService(isUdp, port, network, null);
        if (!mayNameHost || NetworkText.TryBackend(parts[2] + ":1", static path => path, out var host) is not null || host is not { IsUnix: false, IsLmtp: false } || IPAddress.TryParse(host.Host, out _))
            return null;
        return new WallService(isUdp, port, null, host.Host);
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
