using System.Globalization;
using System.Net;

namespace Garita.Warden.Bans;

/// <summary>
/// Networks of which no address is ever kept out by the kernel, whatever the gateway says: a gateway that was taken over, or that errs, must not be
/// able to lock out administrators or the machine itself. What is in a file comes to what is built in; the built-in private networks can be left
/// out where clients come from them.
/// </summary>
internal sealed class NeverList
{
    private static readonly (string Network, string What)[] Always =
    [
        ("0.0.0.0/8", "this network"), ("127.0.0.0/8", "loopback"), ("169.254.0.0/16", "link-local"), ("224.0.0.0/3", "multicast and reserved"),
        ("::/8", "loopback and IPv4 in other clothes"), ("64:ff9b::/96", "IPv4 in other clothes"), ("fe80::/10", "link-local"), ("ff00::/8", "multicast"),
    ];

    private static readonly (string Network, string What)[] Private =
    [
        ("10.0.0.0/8", "private"), ("100.64.0.0/10", "private"), ("172.16.0.0/12", "private"), ("192.168.0.0/16", "private"), ("fc00::/7", "private"),
    ];

    private readonly List<(Prefix Network, string What)> _list = [];

    private NeverList()
    {
    }

    /// <summary>Makes the list.</summary>
    /// <param name="lines">Lines of the file and of the command line with where each is from.</param>
    /// <param name="own">Addresses of this machine.</param>
    /// <param name="takesPrivate">Whether private networks may be banned.</param>
    /// <param name="problems">What is wrong with lines, one sentence each.</param>
    public static NeverList Make(IEnumerable<(string Line, string From)> lines, IEnumerable<IPAddress> own, bool takesPrivate, List<string> problems)
    {
        var never = new NeverList();
        foreach (var (network, what) in takesPrivate ? Always : [.. Always, .. Private])
            never._list.Add((Prefix.Of(IPNetwork.Parse(network)), what));
        foreach (var address in own)
            never.AddOwn(address);
        foreach (var (line, from) in lines)
        {
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            if (TryParse(text, out var network))
                never._list.Add((network, from));
            else
                problems.Add($"{from}: expected a network such as 192.0.2.0/24 or an address, its bits behind the prefix zero");
        }

        return never;
    }

    /// <summary>Whose address is in the network, for people; null for nobody's.</summary>
    public string? Find(Prefix network)
    {
        // An index and no enumerator: it is asked for each of a hundred thousand.
        for (var i = 0; i < _list.Count; i++)
        {
            if (_list[i].Network.Overlaps(network))
                return $"{_list[i].Network} ({_list[i].What})";
        }

        return null;
    }

    /// <summary>Whether both say the same.</summary>
    public bool IsSame(NeverList other) => _list.SequenceEqual(other._list);

    private static bool TryParse(string text, out Prefix network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        var width = address.GetAddressBytes().Length * 8;
        var length = width;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > width))
            return false;
        var host = Prefix.Of(new IPNetwork(address, width));
        network = host.At(length);
        return network.Bits == host.Bits;
    }

    private void AddOwn(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.IsIPv6LinkLocal)
            return;
        _list.Add((Prefix.Of(new IPNetwork(address, address.GetAddressBytes().Length * 8)), "an address of this machine"));
    }
}
