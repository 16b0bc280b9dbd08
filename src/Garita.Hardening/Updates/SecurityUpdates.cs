using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class SecurityUpdates : Check
{
    public override string Id => "security-updates";

    public override Measure Measure => Measure.Updates;

    public override string Title => "No security update waits to be installed";

    public override string Why => "Holes in mail servers are used within hours of their announcement, and a mail server is always reachable.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7392", "CIS 1.2.2.1", "NIST SP 800-45 §5.1"];

    public override string Expected => "no package of the security repository is newer than the one installed, by lists not older than 2 days";

    public override string Mend => "apt-get update && apt-get upgrade";

    public override Finding Look(View host)
    {
        var installed = host.Packages;
        if (PackageLists.Security(host) is not { } offered)
            throw new CannotLookException("apt has no list of a security repository: apt-get update, and see security-repository");
        // What is found waiting waits, however old the list is.
        string[] waiting = [.. offered.Where(offer => installed.TryGetValue(offer.Package, out var version) && DebianVersion.Order.Compare(version, offer.Version) < 0).Select(static offer => offer.Package).Distinct(StringComparer.Ordinal)];
        if (waiting.Length > 0)
        {
            var first = waiting.OrderByDescending(MailPackages.Has).ThenBy(static name => name, StringComparer.Ordinal).Take(12);
            return Finding.Fail($"{waiting.Length.ToString(CultureInfo.InvariantCulture)} waiting: {string.Join(", ", first)}{(waiting.Length > 12 ? " …" : "")}");
        }
        if (PackageLists.Asked(host) is not { } asked || host.Now - asked > PackageLists.Oldest)
            throw new CannotLookException("none by lists that are older than 2 days: apt-get update");
        return Finding.Pass($"none, by lists of {asked.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
    }

    public override Repair? Repair(View host)
    {
        var installed = host.Packages;
        string[] waiting = [.. (PackageLists.Security(host) ?? []).Where(offer => installed.TryGetValue(offer.Package, out var version) && DebianVersion.Order.Compare(version, offer.Version) < 0).Select(static offer => offer.Package).Distinct(StringComparer.Ordinal)];
        return waiting.Length == 0 ? null : new Repair(Risk.Medium, "Services restart; a new kernel holds from the next start on. The old versions do not come back by undo.", new InstallPackages(waiting));
    }
}
