namespace Garita.Hardening.Host;

/// <summary>Modules of the kernels that are installed, and what modprobe.d(5) says of them.</summary>
internal static class KernelModules
{
    private static readonly string[] Folders = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];

    /// <summary>The command that modprobe runs instead of loading each module, by module with underscores. The first of several is the one that counts.</summary>
    /// <param name="host">The host.</param>
    public static Dictionary<string, string> InstallCommands(View host)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in Folders)
        {
            foreach (var name in host.List(folder) ?? [])
            {
                if (name.EndsWith(".conf", StringComparison.Ordinal))
                    files.TryAdd(name, $"{folder}/{name}");
            }
        }
        var commands = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in files.Values.Where(path => !string.Equals(host.LinkTarget(path), "/dev/null", StringComparison.Ordinal)))
        {
            foreach (var line in Text.Lines((host.Read(path) ?? "").Replace("\\\n", " ", StringComparison.Ordinal)))
            {
                if (Text.Words(line) is ["install", var module, .. var command])
                    commands.TryAdd(Name(module), string.Join(' ', command));
            }
        }
        return commands;
    }

    /// <summary>Whether a command of <see cref="InstallCommands"/> loads nothing.</summary>
    /// <param name="command">The command.</param>
    public static bool LoadsNothing(string command) =>
        command is "/bin/false" or "/bin/true" or "/usr/bin/false" or "/usr/bin/true" or "false" or "true" or ":";

    /// <summary>Modules that can be loaded, and those that are part of a kernel. Null for the first when some kernel does not say what it has.</summary>
    /// <param name="host">The host.</param>
    public static (HashSet<string>? Loadable, HashSet<string> BuiltIn) Installed(View host)
    {
        HashSet<string>? loadable = null;
        var builtIn = new HashSet<string>(StringComparer.Ordinal);
        var complete = true;
        foreach (var kernel in host.List("/lib/modules") ?? [])
        {
            if (host.Read($"/lib/modules/{kernel}/modules.builtin") is { } parts)
                builtIn.UnionWith(Text.Lines(parts).Select(OfPath));
            if (host.Read($"/lib/modules/{kernel}/modules.dep") is { } modules)
                (loadable ??= new(StringComparer.Ordinal)).UnionWith(Text.Lines(modules).Select(static line => OfPath(line.Split(':')[0])));
            else
                complete = false;
        }
        return (complete ? loadable : null, builtIn);
    }

    /// <summary>Modules that are loaded now; none for another file system.</summary>
    /// <param name="host">The host.</param>
    public static HashSet<string> Loaded(View host) =>
        host.IsLive ? new((host.Lines("/proc/modules") ?? []).Select(static line => Text.Words(line)[0]), StringComparer.Ordinal) : new(StringComparer.Ordinal);

    /// <summary>A module's name as the kernel writes it.</summary>
    /// <param name="name">With hyphens or underscores.</param>
    public static string Name(string name) => name.Replace('-', '_');

    private static string OfPath(string path)
    {
        var file = path[(path.LastIndexOf('/') + 1)..];
        var end = file.IndexOf(".ko", StringComparison.Ordinal);
        return Name(end < 0 ? file : file[..end]);
    }
}
