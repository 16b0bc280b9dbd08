using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

/// <summary>Who loads a packet filter at boot.</summary>
internal static class FirewallManager
{
    public const string Nftables = "nftables";
    public const string Iptables = "netfilter-persistent";

    /// <summary>What loads the wall of Garita at boot, where it was applied to stay.</summary>
    public const string WallUnit = "garita-wall.service";
    public const string WallFile = "/etc/garita/wall.nft";
    private const string Ufw = "ufw";
    private const int DeepestInclude = 8;

    private static readonly (string Name, string Unit)[] Known =
    [
        (Nftables, "nftables.service"),
        (Ufw, "ufw.service"),
        ("firewalld", "firewalld.service"),
        (Iptables, "netfilter-persistent.service"),
        ("Shorewall", "shorewall.service"),
        ("ferm", "ferm.service"),
    ];

    /// <summary>Those that are started at boot.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<string> Enabled(View host) =>
        // ufw starts always, and does nothing while it is not turned on.
        [.. Known.Where(known => host.Unit(known.Unit) is UnitState.Enabled && (known.Name is not Ufw || UfwIs(host, "/etc/ufw/ufw.conf", "ENABLED"))).Select(static known => known.Name)];

    /// <summary>Why what it loads does not protect, or null.</summary>
    /// <param name="host">The host.</param>
    /// <param name="manager">Its name.</param>
    public static string? Problem(View host, string manager) => manager switch
    {
        Nftables => Rules(host, "/etc/nftables.conf", 0) is not { } rules ? "there is no /etc/nftables.conf"
            : !rules.Contains("hook input", StringComparison.Ordinal) ? "/etc/nftables.conf has no chain with hook input"
            : rules.Contains("table inet", StringComparison.Ordinal) || rules.Contains("table ip6", StringComparison.Ordinal) ? null : "/etc/nftables.conf has nothing for IPv6",
        Iptables => host.Lines("/etc/iptables/rules.v4") is not { Count: > 0 } ? "there are no rules in /etc/iptables/rules.v4" : host.Lines("/etc/iptables/rules.v6") is not { Count: > 0 } ? "there are no rules in /etc/iptables/rules.v6" : null,
        Ufw => UfwIs(host, "/etc/default/ufw", "IPV6") ? null : "IPV6=no in /etc/default/ufw leaves IPv6 open",
        _ => null,
    };

    private static bool UfwIs(View host, string path, string key) => host.Read(path) is { } text && Text.Values(text).GetValueOrDefault(key) is { } value && string.Equals(value, "yes", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of a file without comments, with those that it includes.</summary>
    private static string? Rules(View host, string path, int depth)
    {
        if (depth > DeepestInclude || host.Lines(path) is not { } lines)
            return null;
        var all = new List<string>(lines);
        foreach (var line in lines.Where(static line => line.StartsWith("include", StringComparison.Ordinal)))
        {
            if (line.Split('"') is not [_, var pattern, ..])
                continue;
            var (folder, name) = (Path.GetDirectoryName(pattern), Path.GetFileName(pattern));
            var paths = name.Contains('*', StringComparison.Ordinal) && folder is not null
                ? (host.List(folder) ?? []).Where(entry => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false)).Select(entry => $"{folder}/{entry}")
                : [pattern.StartsWith('/') ? pattern : "/etc/" + pattern];
            all.AddRange(paths.Select(included => Rules(host, included, depth + 1)).OfType<string>());
        }
        return string.Join('\n', all);
    }
}
