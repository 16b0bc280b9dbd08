using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class DeletedLibraries : Check
{
    public override string Id => "deleted-libraries";

    public override Measure Measure => Measure.Updates;

    public override string Title => "No service still runs what was replaced by an update";

    public override string Why => "A daemon that was not restarted has the old library, with its hole, in memory.";

    public override IReadOnlyList<string> References => ["Lynis DEB-0831", "NIST SP 800-45 §5.1"];

    public override string Expected => "no process has code of a file that was deleted";

    public override string Mend => "systemctl restart the services named (needrestart lists them), or restart the host";

    private static readonly string[] Places = ["/usr/", "/lib", "/bin/", "/sbin/", "/opt/"];

    private static readonly string[] LeftAlone = ["dbus", "systemd-", "ssh", "getty", "serial-getty", "user@", "network", "NetworkManager"];

    public override Finding Look(View host)
    {
        var stale = Stale(host);
        if (stale.Count == 0)
            return Finding.Pass("no process does");
        var words = stale.Take(8).Select(one => $"{host.Read($"/proc/{one.Key}/comm")?.Trim() ?? "process"} ({one.Key}): {one.Value}");
        return Finding.Fail($"{string.Join("; ", words)}{(stale.Count > 8 ? $" and {(stale.Count - 8).ToString(CultureInfo.InvariantCulture)} more" : "")}");
    }

    public override Repair? Repair(View host)
    {
        var services = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var process in Stale(host).Keys)
        {
            var group = host.Lines($"/proc/{process}/cgroup")?.FirstOrDefault(static line => line.StartsWith("0::/system.slice/", StringComparison.Ordinal));
            if (group?.Split('/').LastOrDefault(static part => part.EndsWith(".service", StringComparison.Ordinal)) is { } service && !LeftAlone.Any(kept => service.StartsWith(kept, StringComparison.Ordinal)))
                services.Add(service);
        }
        return services.Count == 0 ? null : new Repair(Risk.Medium, "The services restart: connections of that moment end.", new RunTool("systemctl", ["try-restart", .. services]));
    }

    /// <summary>Processes with the first such file of each.</summary>
    private static SortedDictionary<string, string> Stale(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("what runs is seen on the running system only");
        // Root may read the first process's map; others would see their own processes only.
        _ = host.Read("/proc/1/maps") ?? throw new CannotLookException("/proc/1/maps is missing");
        // A process may end meanwhile: what grep cannot open any more has no code in memory.
        var found = host.Run("sh", "-c", "grep -sHF '(deleted)' /proc/[0-9]*/maps");
        var stale = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Text.Lines(found.Output))
        {
            // /proc/400/maps:7f00-7f01 r-xp 00000000 fe:01 1234    /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var words = Text.Words(colon < 0 ? "" : line[(colon + 1)..]);
            if (words.Length >= 7 && words[^1] is "(deleted)" && words[1].Contains('x', StringComparison.Ordinal) && Places.Any(place => words[5].StartsWith(place, StringComparison.Ordinal)))
                stale.TryAdd(line.Split('/')[2], words[5]);
        }
        return stale;
    }
}
