using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Wall.Kernel;

/// <summary>
/// Connections to our ports that are older than connection tracking: to it they would be stray packets, and mail under way would be cut by
/// the first load of a ruleset. They are put into sets by their four numbers, so that nothing that is forged can be meant.
/// </summary>
public static class GoingConnections
{
    /// <summary>Most of them, as many as a set holds.</summary>
    public const int Most = 65_536;

    /// <summary>Which states have packets to come (include/net/tcp_states.h): all but those that listen, wait or are over.</summary>
    private static readonly string[] Going = ["01", "03", "04", "05", "08", "09", "0B"];

    /// <summary>The commands that put those of now into the sets.</summary>
    /// <param name="ports">Our ports.</param>
    public static string Text(IEnumerable<int> ports)
    {
        var ours = ports.ToHashSet();
        return Text(Read(OwnAddresses.Folder, ours));
    }

    /// <summary>The same of connections that are given.</summary>
    internal static string Text(IReadOnlyList<(IPEndPoint Ours, IPEndPoint Theirs)> connections)
    {
        var text = new StringBuilder();
        foreach (var (set, family) in ((string, AddressFamily)[])[(KernelNames.Going4, AddressFamily.InterNetwork), (KernelNames.Going6, AddressFamily.InterNetworkV6)])
        {
            var elements = connections.Where(one => one.Ours.AddressFamily == family).Take(Most)
                .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Theirs.Address} . {one.Theirs.Port} . {one.Ours.Address} . {one.Ours.Port}"));
            if (string.Join(", ", elements) is { Length: > 0 } all)
                text.Append(CultureInfo.InvariantCulture, $"add element inet {KernelNames.Table} {set} {{ {all} }}\n");
        }

        return text.ToString();
    }

    /// <summary>Those that proc(5) has; what cannot be read has none.</summary>
    internal static IReadOnlyList<(IPEndPoint Ours, IPEndPoint Theirs)> Read(string folder, IReadOnlySet<int> ports)
    {
        var found = new List<(IPEndPoint, IPEndPoint)>();
        foreach (var file in (string[])["tcp", "tcp6"])
        {
            try
            {
                // sl local_address rem_address st …
                foreach (var line in File.ReadLines(Path.Combine(folder, file)).Skip(1))
                {
                    if (line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries) is [_, var ours, var theirs, var state, ..] && Array.IndexOf(Going, state) >= 0
                        && End(ours) is { } local && ports.Contains(local.Port) && End(theirs) is { } remote && remote.AddressFamily == local.AddressFamily && !IPAddress.IsLoopback(remote.Address))
                    {
                        found.Add((local, remote));
                    }
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // A kernel without IPv6 has no such file.
            }
        }

        return found;
    }

    /// <summary>An end: the address as numbers of 32 bits in the machine's order, and the port.</summary>
    private static IPEndPoint? End(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
            return null;
        var octets = new byte[colon / 2];
        for (var at = 0; at < colon; at += 8)
        {
            if (!uint.TryParse(text.AsSpan(at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word))
                return null;
            BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(at / 2), word);
        }

        var address = new IPAddress(octets);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
