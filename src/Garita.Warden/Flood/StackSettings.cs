namespace Garita.Warden.Flood;

/// <summary>What the kernel must be set to before SYNs may be answered with cookies: else those who answer right are turned away.</summary>
/// <param name="folder"><c>/proc/sys/net</c>, or a test's.</param>
internal sealed class StackSettings(string folder)
{
    private static readonly (string File, string Key, bool MustBeZero)[] Needed =
    [
        ("netfilter/nf_conntrack_tcp_loose", "net.netfilter.nf_conntrack_tcp_loose", true),
        ("ipv4/tcp_syncookies", "net.ipv4.tcp_syncookies", false),
        ("ipv4/tcp_timestamps", "net.ipv4.tcp_timestamps", false),
    ];

    /// <summary>What is set wrong; null for nothing. What cannot be read (a unit may hide it) is taken for right: sysctl.d sets it.</summary>
    public string? Wrong()
    {
        foreach (var (file, key, mustBeZero) in Needed)
        {
            string value;
            try
            {
                value = File.ReadAllText(Path.Combine(folder, file)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (value is "0" != mustBeZero)
                return $"the flood mode needs {key}={(mustBeZero ? "0" : "1")}: sysctl -w it, and put it into /etc/sysctl.d";
        }

        return null;
    }
}
