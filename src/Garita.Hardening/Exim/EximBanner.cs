using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximBanner : EximCheck
{
    public override string Id => "exim-banner";

    public override Measure Measure => Measure.Software;

    public override string Title => "Exim's greeting does not tell product or version";

    public override string Why => "Whoever looks for servers with a certain hole reads greetings, and Exim's tells the version to the digit.";

    public override IReadOnlyList<string> References => ["Lynis MAIL-8804", "NIST SP 800-45 §6"];

    public override string Expected => "smtp_banner without Exim and $version_number";

    protected override string Line => "smtp_banner = $smtp_active_hostname ESMTP";

    protected override Finding Look(View host, EximSettings exim)
    {
        var banner = exim.Value("smtp_banner");
        return banner.Contains("exim", StringComparison.OrdinalIgnoreCase) || banner.Contains("version_number", StringComparison.Ordinal) || banner.Contains("debian", StringComparison.OrdinalIgnoreCase)
            ? Finding.Fail($"smtp_banner = {banner}")
            : Finding.Pass($"smtp_banner = {banner}");
    }
}
