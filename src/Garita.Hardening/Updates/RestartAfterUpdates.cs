using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class RestartAfterUpdates : Check
{
    public override string Id => "restart-after-updates";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Services are restarted after updates of what they use";

    public override string Why => "A mail server goes on running with the hole in its memory until it is restarted.";

    public override IReadOnlyList<string> References => ["Lynis DEB-0831", "NIST SP 800-45 §5.1"];

    public override string Expected => "needrestart is installed (and not in list-only mode), or Unattended-Upgrade::Automatic-Reboot is true";

    public override string Mend => "apt-get install needrestart, and $nrconf{restart} = 'a'; in /etc/needrestart/conf.d/garita.conf";

    public override Finding Look(View host)
    {
        var installed = host.Package("needrestart");
        if (AptSettings.IsYes(AptSettings.Read(host).Value("Unattended-Upgrade::Automatic-Reboot")))
            return Finding.Pass("the host restarts after updates that need it");
        if (installed is null)
            return Finding.Warning("nothing restarts services after updates of their libraries");
        return Mode(host) is "l" ? Finding.Warning("needrestart only lists what should be restarted") : Finding.Pass("needrestart is installed");
    }

    public override Repair? Repair(View host) => new(
        Risk.Medium,
        "Services restart whenever a library of theirs is updated; connections of that moment end.",
        [
            .. host.Package("needrestart") is null ? new Change[] { new InstallPackages("needrestart") } : [],
            new PutFile("/etc/needrestart/conf.d/zz-garita.conf", "# Restart what uses something updated.\n$nrconf{restart} = 'a';\n"),
        ]);

    private static string? Mode(View host)
    {
        string? mode = null;
        var parts = (host.List("/etc/needrestart/conf.d") ?? []).Where(static name => name.EndsWith(".conf", StringComparison.Ordinal)).Select(static name => "/etc/needrestart/conf.d/" + name);
        foreach (var path in (string[])["/etc/needrestart/needrestart.conf", .. parts])
        {
            foreach (var line in host.Lines(path) ?? [])
            {
                if (line.StartsWith("$nrconf{restart}", StringComparison.Ordinal) && line.Split('\'', '"') is [_, var value, ..])
                    mode = value;
            }
        }
        return mode;
    }
}
