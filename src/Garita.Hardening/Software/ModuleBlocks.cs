using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Software;

/// <summary>Whether parts of the kernel can be loaded, as modprobe.d(5) says.</summary>
internal static class ModuleBlocks
{
    private static readonly string[] Folders = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];
    private static readonly string[] Nothing = ["/bin/false", "/usr/bin/false", "/bin/true", "/usr/bin/true"];

    /// <summary>Passes when each of them is absent from every kernel here, or blocked and not loaded.</summary>
    /// <param name="host">The host.</param>
    /// <param name="names">The modules.</param>
    public static Finding Look(View host, IReadOnlyList<string> names)
    {
        if (host.List("/lib/modules") is not { Count: > 0 } kernels)
            return Finding.NotApplicable("no kernel with modules here");
        var blocked = Blocked(host);
        var loaded = host.IsLive ? (host.Lines("/proc/modules") ?? []).Select(static line => Text.Words(line)[0]).ToHashSet(StringComparer.Ordinal) : [];
        var (available, builtIn) = Known(host, kernels);
        var open = names.Where(name => loaded.Contains(name)).Select(static name => $"{name} is loaded")
            .Concat(names.Where(name => available.Contains(name) && !blocked.Contains(name) && !loaded.Contains(name)).Select(static name => $"{name} can be loaded")).ToArray();
        if (open.Length > 0)
            return Finding.Fail(string.Join(", ", open));
        var inside = names.Where(builtIn.Contains).ToArray();
        return inside.Length > 0 ? Finding.Warning($"built into the kernel, so not to be blocked: {string.Join(", ", inside)}") : Finding.Pass($"none of {string.Join(", ", names)} can be loaded");
    }

    /// <summary>Blocks them from the next loading on.</summary>
    /// <param name="id">The check's name.</param>
    /// <param name="title">The check's title.</param>
    /// <param name="names">The modules.</param>
    /// <param name="whatMayBreak">What needs them.</param>
    public static Repair Repair(string id, string title, IReadOnlyList<string> names, string whatMayBreak) =>
        new(Risk.Low, whatMayBreak, new PutFile($"/etc/modprobe.d/garita-{id}.conf", $"# {title}.\n" + string.Concat(names.Select(static name => $"install {name} /bin/false\nblacklist {name}\n"))));

    /// <summary>A blacklist alone does not hold: it is for what the kernel asks by alias, not for those that another module or modprobe asks by name.</summary>
    private static HashSet<string> Blocked(View host)
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
        return
        [
            .. files.Values.SelectMany(path => host.Lines(path) ?? []).Select(Text.Words)
                .Where(static words => words.Length > 2 && string.Equals(words[0], "install", StringComparison.Ordinal) && Nothing.Contains(words[2], StringComparer.Ordinal))
                .Select(static words => words[1].Replace('-', '_')),
        ];
    }

    private static (HashSet<string> Available, HashSet<string> BuiltIn) Known(View host, IReadOnlyList<string> kernels)
    {
        var available = new HashSet<string>(StringComparer.Ordinal);
        var builtIn = new HashSet<string>(StringComparer.Ordinal);
        var any = false;
        foreach (var kernel in kernels)
        {
            if (host.Lines($"/lib/modules/{kernel}/modules.dep") is not { } lines)
                continue;
            any = true;
            available.UnionWith(lines.Select(static line => ModuleName(line.Split(':')[0])));
            builtIn.UnionWith((host.Lines($"/lib/modules/{kernel}/modules.builtin") ?? []).Select(ModuleName));
        }
        return any ? (available, builtIn) : throw new CannotLookException("no modules.dep below /lib/modules says which modules there are");
    }

    /// <summary><c>kernel/fs/hfs/hfs.ko.xz</c> is hfs.</summary>
    private static string ModuleName(string path) => Path.GetFileName(path).Split('.')[0].Replace('-', '_');
}
