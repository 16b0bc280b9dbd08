using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Kinds;

/// <summary>Settings of the kernel: right in the running kernel, and still right after the next boot.</summary>
internal abstract class SysctlCheck : Check
{
    private const string OwnPrefix = "60-garita-";
    private static readonly string[] Folders = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

    public override Measure Measure => Measure.Firewall;

    public override string Expected => string.Join(", ", Wanted.Select(static wanted => $"{wanted.Name} = {string.Join(" or ", wanted.Good)}"));

    public override string Mend => $"write the values to /etc/sysctl.d/{OwnPrefix}{Id}.conf and run `sysctl --system`";

    /// <summary>The settings with the values that will do, the one to set first.</summary>
    protected abstract IReadOnlyList<(string Name, string[] Good)> Wanted { get; }

    /// <summary>How much a repair may break.</summary>
    protected virtual Risk Risk => Risk.Low;

    /// <summary>What a repair may break.</summary>
    protected abstract string WhatMayBreak { get; }

    public override Finding Look(View host)
    {
        var found = new List<string>();
        var (wrong, wrongAtBoot) = (false, false);
        foreach (var (name, good) in Applying(host))
        {
            var now = host.Sysctl(name);
            wrong |= !Has(good, now);
            var text = $"{name} = {now}";
            if (host.IsLive && host.ConfiguredSysctl(name) is { } boot && !Has(good, boot))
            {
                wrongAtBoot = true;
                text += $" ({boot} after the next boot)";
            }
            found.Add(text);
        }
        if (found.Count == 0)
            return Finding.NotApplicable("this kernel has no IPv6");
        var all = string.Join(", ", found);
        return wrong ? Finding.Fail(all) : wrongAtBoot ? Finding.Warning(all) : Finding.Pass(all);
    }

    /// <summary>What the repair touches that may lock administrators out.</summary>
    protected virtual Touches Touches => Touches.Nothing;

    public override Repair? Repair(View host)
    {
        var wanted = Applying(host).ToArray();
        if (wanted.Length == 0)
            return null;
        var path = $"/etc/sysctl.d/{OwnPrefix}{Id}.conf";
        var changes = new List<Change>
        {
            new PutFile(path, $"# {Title}.\n" + string.Concat(wanted.Select(static setting => $"{setting.Name} = {setting.Good[0]}\n"))),
        };
        // What is read after ours would win at boot.
        foreach (var (file, name, good) in Later(host, wanted))
            changes.Add(new SetLine(file, $@"^\s*-?{name.Replace(".", "[./]", StringComparison.Ordinal)}\s*=", $"{name} = {good}"));
        if (host.IsLive)
            changes.Add(new RunTool("sysctl", "-p", path) { Undo = ["sysctl", "-w", .. wanted.Select(setting => string.Create(CultureInfo.InvariantCulture, $"{setting.Name}={host.Sysctl(setting.Name)}"))] });
        return new Repair(Risk, WhatMayBreak, changes) { Touches = Touches };
    }

    private static bool Has(string[] good, string value) => good.Contains(value, StringComparer.Ordinal);

    private static IEnumerable<(string File, string Name, string Good)> Later(View host, (string Name, string[] Good)[] wanted)
    {
        var names = Folders.SelectMany(folder => (host.List(folder) ?? []).Where(static name => name.EndsWith(".conf", StringComparison.Ordinal)).Select(name => (Name: name, Path: $"{folder}/{name}")))
            .GroupBy(static file => file.Name, StringComparer.Ordinal).Select(static same => same.First())
            .Where(static file => string.CompareOrdinal(file.Name, OwnPrefix) > 0 && !file.Name.StartsWith(OwnPrefix, StringComparison.Ordinal)).OrderBy(static file => file.Name, StringComparer.Ordinal)
            .Select(static file => file.Path).Append("/etc/sysctl.conf");
        foreach (var path in names.Where(static path => path.StartsWith("/etc/", StringComparison.Ordinal)))
        {
            // Debian's 99-sysctl.conf is a link to /etc/sysctl.conf, which comes by its own name.
            if (host.LinkTarget(path) is not null || host.Read(path) is not { } text)
                continue;
            var values = Text.Values(text).ToDictionary(static pair => pair.Key.TrimStart('-').Replace('/', '.'), static pair => pair.Value, StringComparer.Ordinal);
            foreach (var (name, good) in wanted)
            {
                if (values.TryGetValue(name, out var value) && !Has(good, value))
                    yield return (path, name, good[0]);
            }
        }
    }

    /// <summary>Without IPv6 in the running kernel its settings are not there, and not needed.</summary>
    private IEnumerable<(string Name, string[] Good)> Applying(View host)
    {
        var ipv6 = !host.IsLive || host.List("/proc/sys/net/ipv6") is not null;
        return Wanted.Where(wanted => ipv6 || !wanted.Name.StartsWith("net.ipv6.", StringComparison.Ordinal));
    }
}
