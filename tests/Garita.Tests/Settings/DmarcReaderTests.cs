using Garita.Settings;
using Xunit;

namespace Garita.Tests.Settings;

public sealed class DmarcReaderTests
{
    private const string Least = """
        hostname = "mx1.example.com"
        [[listener]]
        name = "mx"
        bind = "0.0.0.0:25"
        [[tenant]]
        name = "acme"
        domains = ["example.com"]
        [tenant.backends]
        smtp = ["10.0.0.5:25"]

        """;

    [Fact]
    public void Everything_is_read()
    {
        var settings = SettingsFile.Parse(Least + """
            [tenant.impersonation]
            people = ["Anna Müller", "Bo Berg"]
            allowed = ["Anna@Home.example", "@Travel.example"]
            domains = ["bücher.example"]
            [dmarc]
            trusted_sealers = ["Lists.Example.ORG"]
            public_suffix_list = "suffixes"
            reports = true
            report_from = "reports@mx1.example.com"
            report_organization = "Example Ltd"
            """, "/etc/garita/garita.toml");
        Assert.Equal("lists.example.org", Assert.Single(settings.Dmarc.TrustedSealers));
        Assert.Equal("/etc/garita/suffixes", settings.Dmarc.PublicSuffixList);
        Assert.Equal("reports@mx1.example.com", settings.Dmarc.ReportFrom?.ToString());
        Assert.Equal("Example Ltd", settings.Dmarc.ReportOrganization);
        var impersonation = settings.Tenants[0].Impersonation;
        Assert.Equal(["Anna Müller", "Bo Berg"], impersonation.People);
        Assert.Equal("@travel.example anna@home.example", string.Join(' ', impersonation.Allowed.Order(StringComparer.Ordinal)));
        Assert.Equal(["xn--bcher-kva.example"], impersonation.Domains);
    }

    [Fact]
    public void Reports_are_off_unless_asked_for()
    {
        Assert.Null(SettingsFile.Parse(Least, "/g.toml").Dmarc.ReportFrom);
        Assert.Null(SettingsFile.Parse(Least + "[dmarc]\nreport_from = \"a@example.com\"\n", "/g.toml").Dmarc.ReportFrom);
        Assert.Equal("/usr/share/publicsuffix/public_suffix_list.dat", SettingsFile.Parse(Least, "/g.toml").Dmarc.PublicSuffixList);
    }

    [Theory]
    [InlineData("[dmarc]\nreports = true", "dmarc.reports is true without report_from")]
    [InlineData("[dmarc]\nreports = true\nreport_from = \"nobody\"", "dmarc.report_from is")]
    [InlineData("[dmarc]\nreport_organization = \"a\\u0007\"", "dmarc.report_organization is")]
    [InlineData("[dmarc]\ntrusted_sealers = [\"no domain\"]", "dmarc.trusted_sealers is")]
    [InlineData("[dmarc]\ntrusted_sealer = []", "did you mean trusted_sealers?")]
    [InlineData("[tenant.impersonation]\npeople = [\"...\"]", "tenant.impersonation.people is")]
    [InlineData("[tenant.impersonation]\nallowed = [\"anna\"]", "tenant.impersonation.allowed is")]
    [InlineData("[tenant.impersonation]\ndomains = [1]", "tenant.impersonation.domains is")]
    public void What_is_wrong_is_said(string added, string error)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + added + "\n", "/g.toml"));
        Assert.Contains(error, Assert.Single(problem.Errors).ToString(), StringComparison.Ordinal);
    }
}
