using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class AutomaticUpdates : Check
{
    public override string Id => "automatic-updates";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Security updates are installed by themselves";

    public override string Why => "Nobody types apt-get upgrade on a Saturday night, and that is when holes are used.";

    public override IReadOnlyList<string> References => ["Lynis PKGS-7420", "CIS 1.2.2.1", "NIST SP 800-45 §5.1"];

    public override string Expected => "unattended-upgrades with APT::Periodic lists and upgrades every day, its timers enabled; or dnf-automatic";

    public override string Mend => "apt-get install unattended-upgrades, and set APT::Periodic::Update-Package-Lists and ::Unattended-Upgrade to \"1\" in /etc/apt/apt.conf.d/20auto-upgrades";

    private static readonly string[] Timers = ["apt-daily.timer", "apt-daily-upgrade.timer"];

    private static readonly string[] Keys = ["APT::Periodic::Update-Package-Lists", "APT::Periodic::Unattended-Upgrade"];

    public override Finding Look(View host)
    {
        if (host.Unit("dnf-automatic-install.timer") == UnitState.Enabled)
            return Finding.Pass("dnf-automatic-install.timer is enabled");
        if (host.Package("unattended-upgrades") is null)
            return Finding.Fail("unattended-upgrades is not installed");
        var settings = AptSettings.Read(host);
        if (settings.Value("APT::Periodic::Enable") is "0")
            return Finding.Fail("APT::Periodic::Enable is 0");
        if (Keys.FirstOrDefault(key => !IsOn(settings.Value(key))) is { } off)
            return Finding.Fail($"{off} is {settings.Value(off) ?? "not set"}");
        return Timers.FirstOrDefault(timer => host.Unit(timer) != UnitState.Enabled) is { } timer ? Finding.Fail($"{timer} is {host.Unit(timer).ToString().ToLowerInvariant()}") : Finding.Pass("unattended-upgrades runs every day");
    }

    public override Repair? Repair(View host) => Timers.Any(timer => host.Unit(timer) == UnitState.Masked) ? null : new(
        Risk.Medium,
        "Services restart in the night when their package is updated.",
        [
            .. host.Package("unattended-upgrades") is null ? new Change[] { new InstallPackages("unattended-upgrades") } : [],
            new PutFile("/etc/apt/apt.conf.d/zz-garita-periodic", "// Security updates by themselves.\nAPT::Periodic::Enable \"1\";\nAPT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n"),
            .. Timers.Where(timer => host.Unit(timer) != UnitState.Enabled).Select(static timer => new SetUnit(timer, UnitWish.Enable)),
        ]);

    private static bool IsOn(string? value) => value is "always" || (value?.TrimEnd('s', 'm', 'h', 'd') is { Length: > 0 } number && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var every) && every > 0);
}
