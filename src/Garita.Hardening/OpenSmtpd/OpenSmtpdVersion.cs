using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdVersion : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-version";

    public override Measure Measure => Measure.Updates;

    public override string Title => "OpenSMTPD is newer than its known ways to root";

    public override string Why => "Versions before 6.6.4 ran commands as root from a sender's address, and those before 6.8.0p1 fell over and leaked memory.";

    public override IReadOnlyList<string> References => ["CVE-2020-7247", "CVE-2020-8794", "CVE-2020-35679", "CVE-2020-35680"];

    public override string Expected => "6.8.0p2 or later";

    public override string Mend => "apt-get update && apt-get install opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var version = host.Package("opensmtpd") ?? throw new CannotLookException("OpenSMTPD is not from a package: its version is not known");
        return PackageVersion.AtLeast(version, "6.8.0p1") ? Finding.Pass(version) : Finding.Fail(version);
    }
}
