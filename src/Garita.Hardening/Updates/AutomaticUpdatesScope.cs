using System.Text.RegularExpressions;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class AutomaticUpdatesScope : Check
{
    public override string Id => "automatic-updates-scope";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Automatic updates take the security repository, and leave no mail package out";

    public override string Why => "unattended-upgrades that is on, but for other origins, installs nothing and says nothing.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7420", "NIST SP 800-45 §5.1"];

    public override string Expected => "Unattended-Upgrade::Origins-Pattern (or Allowed-Origins) with the security repository; no mail package on Package-Blacklist";

    public override string Mend => "put \"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\" back into /etc/apt/apt.conf.d/50unattended-upgrades";

    private static readonly string[] Lists = ["Unattended-Upgrade::Origins-Pattern", "Unattended-Upgrade::Allowed-Origins"];

    public override Finding Look(View host)
    {
        if (host.Package("unattended-upgrades") is null)
            return Finding.NotApplicable("unattended-upgrades is not installed");
        var settings = AptSettings.Read(host);
        if (!TakesSecurity(settings))
            return Finding.Fail("no origin is the security repository");
        return Blocked(host, settings) is { } blocked ? Finding.Fail(blocked) : Finding.Pass("the security repository, and every mail package");
    }

    public override Repair? Repair(View host)
    {
        var settings = AptSettings.Read(host);
        return TakesSecurity(settings) || Blocked(host, settings) is not null || OsRelease.Of(host).Id is not "debian" ? null : new Repair(
            Risk.Medium,
            "Services restart in the night when their package is updated.",
            new PutFile("/etc/apt/apt.conf.d/zz-garita-origins", "Unattended-Upgrade::Origins-Pattern {\n\t\"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\";\n};\n"));
    }

    private static bool TakesSecurity(AptSettings settings) => Lists.SelectMany(settings.List).Any(static origin =>
        origin.Contains("label=Debian-Security", StringComparison.OrdinalIgnoreCase) || origin.Contains("l=Debian-Security", StringComparison.OrdinalIgnoreCase) || origin.EndsWith("-security", StringComparison.OrdinalIgnoreCase)
        || origin.Contains("-security,", StringComparison.OrdinalIgnoreCase) || origin is "origin=*" or "o=*" or "site=*");

    /// <summary>The blacklist holds regular expressions that match at the beginning.</summary>
    private static string? Blocked(View host, AptSettings settings)
    {
        foreach (var pattern in settings.List("Unattended-Upgrade::Package-Blacklist"))
        {
            try
            {
                if (host.Packages.Keys.FirstOrDefault(name => MailPackages.Has(name) && Regex.IsMatch(name, "^(?:" + pattern + ")", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200))) is { } name)
                    return $"Package-Blacklist \"{pattern}\" leaves {name} out";
            }
            catch (Exception broken) when (broken is ArgumentException or RegexMatchTimeoutException)
            {
                throw new CannotLookException($"Package-Blacklist \"{pattern}\" is not understood", broken);
            }
        }
        return null;
    }
}
