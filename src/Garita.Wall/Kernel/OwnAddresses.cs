using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Garita.Wall.Kernel;

/// <summary>Addresses of this machine, from proc(5): the ordinary way takes netlink sockets, which the units forbid.</summary>
public static class OwnAddresses
{
    /// <summary>The process's own view: a unit may hide everything else of /proc.</summary>
    public const string Folder = "/proc/self/net";

    /// <summary>All there are now, loopback included; asked in the ordinary way where /proc does not say; none where nothing does.</summary>
    public static IReadOnlyList<IPAddress> Read()
    {
        if (Read(Folder) is { Count: > 0 } found)
            return found;
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(static link => link.GetIPProperties().UnicastAddresses).Select(static one => one.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    /// <summary>Those that /proc says; what cannot be read has none.</summary>
    /// <param name="folder"><see cref="Folder"/>, or a test's.</param>
    public static IReadOnlyList<IPAddress> Read(string folder) => [.. Version4(Lines(folder, "fib_trie")), .. Version6(Lines(folder, "if_inet6"))];

    /// <summary>The IPv4 addresses in the kernel's table of routes: a leaf, and below it that it is local.</summary>
    /// <param name="lines">fib_trie.</param>
    internal static IReadOnlyList<IPAddress> Version4(IEnumerable<string> lines)
    {
        var found = new HashSet<IPAddress>();
        IPAddress? leaf = null;
        foreach (var line in lines)
        {
            var text = line.AsSpan().Trim();
            if (text.StartsWith("|-- "))
                leaf = IPAddress.TryParse(text[4..], out var address) ? address : null;
            else if (leaf is not null && text is "/32 host LOCAL")
                found.Add(leaf);
        }

        return [.. found];
    }

    /// <summary>The IPv6 addresses: 32 digits at the start of each line.</summary>
    /// <param name="lines">if_inet6.</param>
    internal static IReadOnlyList<IPAddress> Version6(IEnumerable<string> lines)
    {
        var found = new List<IPAddress>();
        foreach (var line in lines)
        {
            if (line.Length > 32 && UInt128.TryParse(line.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
                found.Add(new IPAddress(Convert.FromHexString(line.AsSpan(0, 32))));
        }

        return found;
    }

    private static string[] Lines(string folder, string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
