using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

/// <summary>The [Service] of a unit with all its drop-ins, as systemd puts them together.</summary>
internal sealed class GaritaUnit
{
    public const string Gateway = "garita.service";
    public const string Warden = "garita-warden.service";
    private static readonly string[] Folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <summary>Of these the last line holds; those that are not here gather their lines, and an empty one forgets the others.</summary>
    private static readonly HashSet<string> Single =
    [
        "User", "Group", "DynamicUser", "NoNewPrivileges", "MemoryDenyWriteExecute", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables", "ProtectKernelModules",
        "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "ProtectProc", "LockPersonality", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    ];

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _from = new(StringComparer.Ordinal);

    /// <summary>Null when there is no such unit.</summary>
    public static GaritaUnit? Read(View host, string name)
    {
        if (Folders.FirstOrDefault(folder => host.Exists($"{folder}/{name}")) is not { } home)
            return null;
        var unit = new GaritaUnit();
        unit.Add(host, $"{home}/{name}");
        // systemd.unit(5): drop-ins for all services first, then this one's; by name wherever they lie; the first folder hides the same name in others.
        foreach (var dropIns in new[] { "service.d", name + ".d" })
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var folder in Folders)
            {
                foreach (var file in host.List($"{folder}/{dropIns}") ?? [])
                {
                    if (file.EndsWith(".conf", StringComparison.Ordinal))
                        files.TryAdd(file, $"{folder}/{dropIns}/{file}");
                }
            }
            foreach (var path in files.Values)
                unit.Add(host, path);
        }
        return unit;
    }

    /// <summary>Whether anything was said.</summary>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>The value that holds, or "" when none was given.</summary>
    public string Value(string key) => _values.GetValueOrDefault(key) is { Count: > 0 } lines ? lines[^1] : "";

    /// <summary>All lines that hold.</summary>
    public IReadOnlyList<string> All(string key) => _values.GetValueOrDefault(key) ?? [];

    /// <summary>Whether it is on.</summary>
    public bool IsOn(string key) => Value(key).ToLowerInvariant() is "yes" or "true" or "on" or "1";

    /// <summary>A setting with its value and the file it comes from, for a finding.</summary>
    public string Shown(string key) => Has(key) ? $"{key}={string.Join(' ', All(key))} ({_from[key]})" : $"{key} is not set";

    private void Add(View host, string path)
    {
        // A drop-in that is masked says nothing.
        if (string.Equals(host.LinkTarget(path), "/dev/null", StringComparison.Ordinal))
            return;
        var service = false;
        var going = "";
        foreach (var raw in (host.Read(path) ?? "").Split('\n'))
        {
            var line = going + raw.Trim();
            going = "";
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            if (line.EndsWith('\\'))
            {
                going = line[..^1] + " ";
                continue;
            }
            if (line[0] == '[')
            {
                service = string.Equals(line, "[Service]", StringComparison.Ordinal);
                continue;
            }
            if (service && line.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                Set(line[..at].Trim(), line[(at + 1)..].Trim(), path);
        }
    }

    private void Set(string key, string value, string path)
    {
        if (!_values.TryGetValue(key, out var lines))
            _values[key] = lines = [];
        if (value.Length == 0 || Single.Contains(key))
            lines.Clear();
        if (value.Length > 0)
            lines.Add(value);
        _from[key] = path;
    }
}
