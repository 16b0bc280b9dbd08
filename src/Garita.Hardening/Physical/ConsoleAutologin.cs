using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class ConsoleAutologin : Check
{
    public override string Id => "console-autologin";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Nobody is logged in at the console without a password";

    public override string Why => "A console with a shell already open makes every password worthless for whoever stands there.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5", "CIS 5.4"];

    public override string Expected => "no getty is started with --autologin";

    public override string Mend => "remove --autologin (-a) from the drop-ins of getty@, serial-getty@ and console-getty in /etc/systemd/system";

    private static readonly string[] Gettys = ["getty@", "serial-getty@", "console-getty.", "container-getty@"];

    public override Finding Look(View host)
    {
        var units = Units(host);
        if (units.Count == 0)
            return host.Exists("/etc/systemd") || host.Exists("/lib/systemd") ? Finding.NotApplicable("no getty here") : throw new CannotLookException("no systemd here to ask");
        string[] open = [.. units.Where(unit => IsOpen(host, unit))];
        return open.Length == 0 ? Finding.Pass($"all ask: {string.Join(", ", units)}") : Finding.Fail($"logs somebody in without a password: {string.Join(", ", open)}");
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Consoles that showed something without a login ask for one, from their next start on.",
        [.. Units(host).Where(unit => IsOpen(host, unit)).Select(static unit => new PutFile($"/etc/systemd/system/{unit}.d/zz-garita.conf", $"[Service]\nExecStart=\nExecStart=-/sbin/agetty -o '-p -- \\\\u' {(unit.StartsWith("getty", StringComparison.Ordinal) ? "--noclear" : "--keep-baud")} {(unit.StartsWith("console", StringComparison.Ordinal) ? "-" : "%I")} $TERM\n"))]);

    /// <summary>Units, templates and instances that somebody wrote something for.</summary>
    private static SortedSet<string> Units(View host)
    {
        var units = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var folder in (string[])["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"])
        {
            foreach (var name in host.List(folder) ?? [])
            {
                var unit = name.EndsWith(".d", StringComparison.Ordinal) ? name[..^2] : name;
                if (unit.EndsWith(".service", StringComparison.Ordinal) && Gettys.Any(getty => unit.StartsWith(getty, StringComparison.Ordinal)))
                    units.Add(unit);
            }
        }
        return units;
    }

    private static bool IsOpen(View host, string unit) => SystemdSettings.OfUnit(host, unit, "Service", "ExecStart")?.Any(static start => Text.Words(start)
        .Any(static word => word.StartsWith("--autologin", StringComparison.Ordinal) || (word.StartsWith("-a", StringComparison.Ordinal) && word.Length >= 2 && word[1] != '-'))) == true;
}
