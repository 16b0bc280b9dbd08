using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximSmuggling : EximCheck
{
    private static readonly string[] Packages = ["exim4-daemon-heavy", "exim4-daemon-light", "exim4-daemon-custom", "exim4-base"];

    // Debian mended these without a new number in front.
    private static readonly string[] Mended = ["4.96-15+deb12u4", "4.94.2-7+deb11u2"];

    public override string Id => "exim-smuggling";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Exim ends messages where the standard does";

    public override string Why => "Two servers that disagree on where a message ends can be made to take a forged one behind it (SMTP smuggling).";

    public override IReadOnlyList<string> References => ["CVE-2023-51766", "RFC 5321 §2.3.8"];

    public override string Expected => "4.97.1 or later, or Debian's 4.96-15+deb12u4";

    public override string Mend => "apt-get update && apt-get install exim4-daemon-light (or -heavy)";

    protected override Finding Look(View host, EximSettings exim)
    {
        var version = Packages.Select(host.Package).FirstOrDefault(static version => version is not null) ?? throw new CannotLookException("Exim is not from a package: its version is not known");
        var mended = Mended.Any(known => version.StartsWith(known[..(known.IndexOf("+deb", StringComparison.Ordinal) + 6)], StringComparison.Ordinal) && PackageVersion.AtLeast(version, known));
        return mended || PackageVersion.AtLeast(version, "4.97.1") ? Finding.Pass(version) : Finding.Fail(version);
    }
}
