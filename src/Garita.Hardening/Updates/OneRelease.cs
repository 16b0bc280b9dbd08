using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class OneRelease : Check
{
    public override string Id => "one-release";

    public override Measure Measure => Measure.Updates;

    public override string Title => "All packages come from one release";

    public override string Why => "A testing or older release mixed in gets no security updates, and an alias such as \"stable\" turns a nightly update into a change of release.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7388", "NIST SP 800-45 §5.1"];

    public override string Expected => "every source of the distribution names this release (CODENAME, -updates, -security, -backports)";

    public override string Mend => "correct the suite in the file named, run apt-get update";

    private static readonly string[] Releases =
    [
        "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "unstable", "testing", "experimental", "rc-buggy", "bionic", "focal", "jammy", "noble", "plucky", "questing", "resolute",
    ];

    private static readonly string[] Aliases = ["stable", "oldstable", "oldoldstable"];

    public override Finding Look(View host)
    {
        var release = OsRelease.Of(host);
        if (!release.HasApt)
            throw new CannotLookException($"the repositories of {release.Id} are not known here");
        var sources = AptSource.All(host);
        if (sources.Count == 0)
            return Finding.Fail("no source of packages is turned on");
        string[] others = [.. sources.Where(source => Releases.Contains(Base(source.Suite), StringComparer.Ordinal) && !string.Equals(Base(source.Suite), release.Codename, StringComparison.Ordinal)).Select(static source => $"{source.File}: {source.Suite}").Distinct(StringComparer.Ordinal)];
        if (others.Length > 0)
            return Finding.Fail(string.Join("; ", others));
        string[] aliases = [.. sources.Where(static source => Aliases.Contains(Base(source.Suite), StringComparer.Ordinal)).Select(static source => $"{source.File}: {source.Suite}").Distinct(StringComparer.Ordinal)];
        return aliases.Length > 0 ? Finding.Warning(string.Join("; ", aliases)) : Finding.Pass($"all of {release.Codename}");
    }

    private static string Base(string suite) => suite.Split('-', '/')[0].ToLowerInvariant();
}
