using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class HeldPackages : Check
{
    public override string Id => "held-packages";

    public override Measure Measure => Measure.Updates;

    public override string Title => "No package is kept from being updated";

    public override string Why => "A package on hold keeps its holes, and apt mentions it in one line that nobody reads.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7410", "NIST SP 800-45 §5.1"];

    public override string Expected => "no package on hold (dpkg), no negative pin in apt's preferences";

    public override string Mend => "apt-mark unhold the packages, remove the pin";

    public override Finding Look(View host)
    {
        string[] held = [.. Held(host)];
        string[] pinned = [.. Pinned(host)];
        if (pinned.Length > 0)
            return Finding.Fail(string.Join("; ", pinned));
        if (held.Length == 0)
            return Finding.Pass("none is on hold");
        return held.Any(MailPackages.Has) ? Finding.Fail($"on hold: {string.Join(", ", held)}") : Finding.Warning($"on hold: {string.Join(", ", held)}");
    }

    public override Repair? Repair(View host)
    {
        string[] held = [.. Held(host)];
        return held.Length == 0 ? null : new Repair(Risk.Medium, "The next update replaces what somebody kept on purpose.", new RunTool("apt-mark", ["unhold", .. held]) { Undo = ["apt-mark", "hold", .. held] });
    }

    private static IEnumerable<string> Held(View host) => DpkgStatus.All(host).Where(static status => status.Want is "hold" && status.State is not "config-files" and not "not-installed").Select(static status => status.Package);

    private static IEnumerable<string> Pinned(View host)
    {
        var parts = (host.List("/etc/apt/preferences.d") ?? []).Where(static name => AptSettings.IsRead(name) || name.EndsWith(".pref", StringComparison.Ordinal)).Select(static name => "/etc/apt/preferences.d/" + name);
        foreach (var path in (string[])["/etc/apt/preferences", .. parts])
        {
            foreach (var pin in ControlFile.Stanzas(host.Read(path) ?? ""))
            {
                // A pin on a package by name; one that keeps a whole foreign repository small is good practice.
                if (int.TryParse(pin.GetValueOrDefault("pin-priority"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) && priority < 0
                    && Text.Words(pin.GetValueOrDefault("package", "")).FirstOrDefault(name => host.Package(name) is not null) is { } name)
                    yield return $"{path} keeps {name} from being updated ({priority.ToString(CultureInfo.InvariantCulture)})";
            }
        }
    }
}
