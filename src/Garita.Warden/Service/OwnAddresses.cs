using System.Net;

namespace Garita.Warden.Service;

/// <summary>
/// Addresses of this machine, from proc(5): the only way that needs no socket of a family that the unit forbids. What cannot be read has none.
/// </summary>
internal static class OwnAddresses
{
    /// <summary>The process's own view: a unit may hide everything else of /proc.</summary>
    internal const string Folder = "/proc/self/net";

    /// <summary>Reads them.</summary>
    /// <param name="folder"><see cref="Folder"/>, or a test's.</param>
    public static List<IPAddress> Read(string folder)
    {
        var found = new HashSet<IPAddress>();
        // |-- 192.0.2.1, then its routes: /32 host LOCAL is an address of ours.
        IPAddress? last = null;
        foreach (var line in Lines(folder, "fib_trie"))
        {
            var text = line.Trim();
            if (text.StartsWith("|-- ", StringComparison.Ordinal))
                last = IPAddress.TryParse(text.AsSpan(4), out var address) ? address : null;
            else if (last is not null && text.StartsWith("/32 host LOCAL", StringComparison.Ordinal))
                found.Add(last);
        }

        // 20010db8000000000000000000000001 02 40 00 80 eth0
        foreach (var line in Lines(folder, "if_inet6"))
        {
            if (line.Length > 32 && UInt128.TryParse(line.AsSpan(0, 32), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out _))
                found.Add(new IPAddress(Convert.FromHexString(line.AsSpan(0, 32))));
        }

        return [.. found];
    }

    private static string[] Lines(string folder, string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
