using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class LeftOverSettings : Check
{
    public override string Id => "left-over-settings";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Nothing is left over of packages that were removed";

    public override string Why => "Old settings, accounts and cron jobs of a removed mail server come alive again with the next installation, unseen.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7346"];

    public override string Expected => "no package in state config-files";

    public override string Mend => "dpkg --purge the packages (their data goes too: look first)";

    public override Finding Look(View host)
    {
        string[] left = [.. DpkgStatus.All(host).Where(static status => status.State is "config-files").Select(static status => status.Package)];
        return left.Length == 0 ? Finding.Pass("nothing is left over") : Finding.Warning($"settings left: {string.Join(", ", left.Take(20))}{(left.Length > 20 ? " …" : "")}");
    }
}
