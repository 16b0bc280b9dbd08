using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

public sealed class ContentReportTests
{
    [Fact]
    public void A_crowd_of_harmless_findings_hides_nothing()
    {
        var report = new ContentReport();
        for (var part = 0; part < 300; part++)
            report.Add(AttachmentClass.DiskImages, "a.iso", "name", part);
        for (var repeat = 0; repeat < 5; repeat++)
            report.Add(AttachmentClass.Executables, "x.exe", "name", 300);
        Assert.Single(report.Findings, static finding => finding.Class == AttachmentClass.Executables);
        Assert.True(new Attachment().Judge(new ContentFacts(report, new AttachmentSettings())).IsBreach);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_not_looked_at_to_its_end_is_put_off_whatever_else_was_found(bool found)
    {
        var report = new ContentReport { Incomplete = "time" };
        if (found)
            report.Add(AttachmentClass.Executables, "x.exe", "name", 1);
        var verdict = new Attachment().Judge(new ContentFacts(report, new AttachmentSettings()));
        Assert.Equal((true, RuleMode.Defer, !found), (verdict.IsBreach, verdict.Asks, verdict.AsksAlone));
        Assert.Equal((RuleMode.Defer, true), (new AmbiguousMime().Judge(new ContentFacts(report, new AttachmentSettings())).Asks, true));
    }
}
