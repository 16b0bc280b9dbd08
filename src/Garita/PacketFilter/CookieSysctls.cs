namespace Garita.PacketFilter;

/// <summary>What the kernel must be set to, so that synproxy sees what it has to see.</summary>
internal static class CookieSysctls
{
    private static readonly (string Key, string Value)[] Needed =
    [
        // Otherwise the client's answer to the cookie makes a connection of its own instead of going to synproxy.
        ("net.netfilter.nf_conntrack_tcp_loose", "0"),
        ("net.ipv4.tcp_syncookies", "1"),
        // Window scale and SACK of the client travel in the time stamp.
        ("net.ipv4.tcp_timestamps", "1"),
    ];

    /// <summary>What is to be set, as sysctl(8) takes it; empty: all is well.</summary>
    public static IReadOnlyList<string> Missing() => [.. Needed.Where(static pair => !IsSo(pair.Key, pair.Value)).Select(static pair => $"{pair.Key}={pair.Value}")];

    private static bool IsSo(string key, string value)
    {
        try
        {
            var has = File.ReadAllText("/proc/sys/" + key.Replace('.', '/')).Trim();
            // 2 of tcp_syncookies means always.
            return string.Equals(has, value, StringComparison.Ordinal) || (value is "1" && has is "2");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
