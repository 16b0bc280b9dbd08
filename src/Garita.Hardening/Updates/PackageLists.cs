using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

/// <summary>What apt knows of packages that could be installed, and how old that is.</summary>
internal static class PackageLists
{
    private const string Folder = "/var/lib/apt/lists";
    private static readonly string[] Stamps = ["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/lists/partial"];

    /// <summary>A list older than this tells nothing of today's holes.</summary>
    public static TimeSpan Oldest { get; } = TimeSpan.FromDays(2);

    /// <summary>The packages of the security repositories: name and version, or null when apt has no such list.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<(string Package, string Version)>? Security(View host)
    {
        string[] lists = [.. (host.List(Folder) ?? []).Where(static name => IsSecurity(name) && name.Contains("_binary-", StringComparison.Ordinal) && name.Contains("_Packages", StringComparison.Ordinal))];
        if (lists.Length == 0)
            return null;
        var packages = new List<(string, string)>();
        foreach (var name in lists)
        {
            var path = $"{Folder}/{name}";
            // Some hosts keep them compressed; apt's own program reads them.
            var text = name.EndsWith("_Packages", StringComparison.Ordinal) ? host.Read(path) : host.Ask("/usr/lib/apt/apt-helper", "cat-file", path);
            string? package = null;
            foreach (var line in (text ?? "").AsSpan().EnumerateLines())
            {
                if (line.StartsWith("Package: "))
                    package = line[9..].Trim().ToString();
                else if (line.StartsWith("Version: ") && package is not null)
                    packages.Add((package, line[9..].Trim().ToString()));
            }
        }
        return packages;
    }

    /// <summary>
    /// When apt last asked the security repository, at least: the day that the repository wrote on the list, or when apt noted that it had asked.
    /// Null when there is neither.
    /// </summary>
    /// <param name="host">The host.</param>
    public static DateTimeOffset? Asked(View host)
    {
        DateTimeOffset? newest = null;
        var known = false;
        foreach (var name in (host.List(Folder) ?? []).Where(static name => IsSecurity(name) && (name.EndsWith("_InRelease", StringComparison.Ordinal) || name.EndsWith("_Release", StringComparison.Ordinal))))
        {
            known = true;
            foreach (var line in Text.Lines(host.Read($"{Folder}/{name}") ?? ""))
            {
                if (line.StartsWith("Date: ", StringComparison.Ordinal) && DateTimeOffset.TryParseExact(line[6..].Replace("UTC", "GMT", StringComparison.Ordinal).Trim(), ["R", "ddd, d MMM yyyy HH:mm:ss 'GMT'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
                    newest = newest is null || date > newest ? date : newest;
            }
        }
        // Without a list of the security repository it does not matter when others were asked.
        if (!known || (newest is { } fresh && host.Now - fresh <= Oldest))
            return newest;
        foreach (var path in Stamps)
        {
            if (Modified(host, path) is { } modified && (newest is null || modified > newest))
                newest = modified;
        }
        return newest;
    }

    private static DateTimeOffset? Modified(View host, string path)
    {
        if (host.Stat(path) is not { } facts)
            return null;
        if (facts.Modified is not null || !host.IsLive || !host.Has("stat"))
            return facts.Modified;
        return long.TryParse(host.Ask("stat", "-c", "%Y", path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private static bool IsSecurity(string name) => name.Contains("-security_", StringComparison.Ordinal);
}
