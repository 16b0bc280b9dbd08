using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class PackageListsAge : Check
{
    public override string Id => "package-lists";

    public override Measure Measure => Measure.Updates;

    public override string Title => "The host asks for security updates every day";

    public override string Why => "Who does not ask does not hear of holes, and every tool says that all is well.";

    public override IReadOnlyList<string> References => ["CIS 1.2.1.2", "Lynis PKGS-7394", "NIST SP 800-45 §5.1"];

    public override string Expected => "lists of the security repository not older than 2 days";

    public override string Mend => "apt-get update, and see automatic-updates";

    public override Finding Look(View host)
    {
        if (!host.Exists("/var/lib/apt/lists"))
            return host.Exists("/etc/apt") ? Finding.Fail("apt has no lists: it was never asked to update them") : throw new CannotLookException("only apt's lists can be read, and there is no apt here");
        if (PackageLists.Asked(host) is not { } asked)
            return Finding.Fail("apt has no list of a security repository");
        var age = host.Now - asked;
        return age > PackageLists.Oldest ? Finding.Fail($"{((int)age.TotalDays).ToString(CultureInfo.InvariantCulture)} days old") : Finding.Pass($"of {asked.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
    }

    public override Repair? Repair(View host) => new(Risk.Low, "Reads from the repositories.", new RunTool("apt-get", "update", "-q"));
}
