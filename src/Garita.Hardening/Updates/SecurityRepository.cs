using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class SecurityRepository : Check
{
    public override string Id => "security-repository";

    public override Measure Measure => Measure.Updates;

    public override string Title => "The release's security repository is read";

    public override string Why => "Without it apt finds no security update, and says that none waits.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7388", "CIS 1.2.1.2", "NIST SP 800-45 §5.1"];

    public override string Expected => "a source that is turned on for CODENAME-security";

    public override string Mend => "add \"deb http://security.debian.org/debian-security CODENAME-security main\" to /etc/apt/sources.list, run apt-get update";

    private const string Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    public override Finding Look(View host)
    {
        var release = OsRelease.Of(host);
        if (!release.HasApt)
            throw new CannotLookException($"the repositories of {release.Id} are not known here");
        if (release.Codename.Length == 0)
            throw new CannotLookException("os-release has no codename: a release that is not stable has no security repository of its own");
        var sources = AptSource.All(host);
        if (sources.FirstOrDefault(source => string.Equals(source.Suite.TrimEnd('/'), release.Codename + "-security", StringComparison.Ordinal)) is { } right)
            return Finding.Pass($"{right.File}: {right.Uri} {right.Suite}");
        var other = sources.FirstOrDefault(static source => source.Suite.EndsWith("-security", StringComparison.Ordinal));
        return Finding.Fail(other is null ? "no source of security updates is turned on" : $"{other.File} has {other.Suite}, but this is {release.Codename}");
    }

    public override Repair? Repair(View host)
    {
        var release = OsRelease.Of(host);
        return release.Id is not "debian" || !host.Exists(Keys) ? null : new Repair(
            Risk.Low,
            "More updates are offered, and installed where updates are automatic.",
            new PutFile("/etc/apt/sources.list.d/garita-security.sources", $"Types: deb\nURIs: http://security.debian.org/debian-security\nSuites: {release.Codename}-security\nComponents: main\nSigned-By: {Keys}\n"));
    }
}
