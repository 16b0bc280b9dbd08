namespace Garita.Hardening.Host;

/// <summary>Settings of systemd, its daemons and its units: a main file, and drop-ins from several folders (systemd.unit(5), systemd-system.conf(5)).</summary>
internal static class SystemdSettings
{
    private static readonly string[] Folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];
    private static readonly string[] UnitFolders = [.. Folders.Select(static folder => folder + "/system")];

    /// <summary>The value that holds in the end, or null when nobody sets it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="file">As in <c>journald.conf</c>.</param>
    /// <param name="section">As in <c>Journal</c>.</param>
    /// <param name="key">Its name.</param>
    public static string? Value(View host, string file, string section, string key) => Values(Texts(host, Folders, [file]), section, key).LastOrDefault();

    /// <summary>All values of a unit's key that hold in the end: an empty one takes back those before. Null when there is no such unit.</summary>
    /// <param name="host">The host.</param>
    /// <param name="unit">Its name; of an instance, drop-ins of its template count too.</param>
    /// <param name="section">As in <c>Service</c>.</param>
    /// <param name="key">Its name.</param>
    public static IReadOnlyList<string>? OfUnit(View host, string unit, string section, string key)
    {
        var at = unit.IndexOf('@', StringComparison.Ordinal);
        string[] names = at < 0 ? [unit] : [unit, unit[..(at + 1)] + unit[unit.LastIndexOf('.')..]];
        var texts = Texts(host, UnitFolders, names);
        return texts.Count == 0 ? null : Values(texts, section, key);
    }

    private static List<string> Texts(View host, string[] folders, string[] names)
    {
        var texts = new List<string>();
        var main = names.SelectMany(name => folders.Select(folder => $"{folder}/{name}")).FirstOrDefault(path => host.LinkTarget(path) is not null || host.Exists(path));
        if (main is not null && !IsNothing(host, main) && host.Read(main) is { } text)
            texts.Add(text);
        // The same name in a folder that comes earlier hides it, wherever the drop-in lies; then the order of names counts.
        var dropIns = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            foreach (var folder in folders)
            {
                foreach (var dropIn in host.List($"{folder}/{name}.d") ?? [])
                {
                    if (dropIn.EndsWith(".conf", StringComparison.Ordinal))
                        dropIns.TryAdd(dropIn, $"{folder}/{name}.d/{dropIn}");
                }
            }
        }
        texts.AddRange(dropIns.Values.Where(path => !IsNothing(host, path)).Select(host.Read).OfType<string>());
        return texts;
    }

    private static bool IsNothing(View host, string path) => string.Equals(host.LinkTarget(path), "/dev/null", StringComparison.Ordinal);

    private static List<string> Values(List<string> texts, string section, string key)
    {
        var values = new List<string>();
        foreach (var text in texts)
        {
            var inside = false;
            foreach (var line in Text.Lines(text.Replace("\\\n", " ", StringComparison.Ordinal)))
            {
                if (line[0] == '[')
                {
                    inside = string.Equals(line, $"[{section}]", StringComparison.Ordinal);
                    continue;
                }
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                if (!inside || equals < 0 || !string.Equals(line[..equals].TrimEnd(), key, StringComparison.Ordinal))
                    continue;
                var value = line[(equals + 1)..].Trim();
                if (value.Length == 0)
                    values.Clear();
                else
                    values.Add(value);
            }
        }
        return values;
    }
}
