using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class WholePackages : Check
{
    public override string Id => "whole-packages";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Every package is installed to its end";

    public override string Why => "An update that broke off leaves a program half old and half new, and stops all later updates.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7345", "NIST SP 800-45 §5.1"];

    public override string Expected => "no package that is half installed, not configured or needs to be installed anew";

    public override string Mend => "dpkg --configure -a, then apt-get -f install";

    public override Finding Look(View host)
    {
        string[] broken = [.. DpkgStatus.All(host).Where(static status => status.Flag is not "ok" || status.State is not "installed" and not "config-files" and not "not-installed").Select(static status => $"{status.Package} ({status.State}{(status.Flag is "ok" ? "" : ", " + status.Flag)})")];
        return broken.Length == 0 ? Finding.Pass("all are whole") : Finding.Fail(string.Join(", ", broken));
    }

    public override Repair? Repair(View host) => DpkgStatus.All(host).Any(static status => status.Flag is not "ok") ? null : new(
        Risk.Medium,
        "Services of these packages restart.",
        new RunTool("dpkg", "--configure", "-a", "--force-confold"));
}
