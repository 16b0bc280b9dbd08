using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garita.Wall;
using Garita.Wall.Kernel;

namespace Garita.PacketFilter;

/// <summary>What the ruleset has to know of this host.</summary>
internal class WallHost
{
    /// <summary>The resolvers of resolv.conf(5).</summary>
    public virtual IReadOnlyList<IPEndPoint> Resolvers()
    {
        const string Path = "/etc/resolv.conf";
        if (!File.Exists(Path))
            return [];
        return [.. File.ReadLines(Path).Select(static line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["nameserver", ..] && words.Length > 1 && IPAddress.TryParse(words[1], out var _))
            .Select(static words => new IPEndPoint(IPAddress.Parse(words[1]), 53))];
    }

    /// <summary>The number of a user of this host, given by name or number; null: there is none.</summary>
    public virtual uint? User(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            // passwd(5): name:password:uid:…
            if (line.Split(':') is [var found, _, var uid, ..] && string.Equals(found, name, StringComparison.Ordinal) && uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out number))
                return number;
        }

        return null;
    }

    /// <summary>Addresses of a name.</summary>
    /// <exception cref="SocketException">It cannot be looked up.</exception>
    public virtual Task<IPAddress[]> AddressesAsync(string name) => System.Net.Dns.GetHostAddressesAsync(name);

    /// <summary>Whether the host forwards packets, or another table decides on those that are (Docker's): then we do not.</summary>
    public virtual async Task<bool> ForwardsAsync()
    {
        foreach (var flag in (string[])["/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding", "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"])
        {
            var text = File.Exists(flag) && Environment.IsPrivilegedProcess ? (await File.ReadAllTextAsync(flag)).Trim() : "";
            if (text is not ("" or "0"))
                return true;
        }

        try
        {
            var table = "";
            foreach (var line in (await Nft.RunAsync("", "list", "chains")).Split('\n'))
            {
                if (line.StartsWith("table ", StringComparison.Ordinal))
                    table = line;
                else if (line.Contains("hook forward", StringComparison.Ordinal) && !table.StartsWith($"table inet {KernelNames.Table} ", StringComparison.Ordinal))
                    return true;
            }

            return false;
        }
        catch (NftException)
        {
            // Who cannot look decides nothing about others' packets.
            return true;
        }
    }
}
