using System.Text.Json;
using Garita.Hardening.Audits;
using Xunit;

namespace Garita.Hardening.Tests.Audits;

public sealed class AuditReportTests
{
    [Fact]
    public void What_nobody_could_look_at_has_not_passed_and_what_does_not_apply_is_left_out()
    {
        var report = Report(("a", 1, Outcome.Pass), ("b", 1, Outcome.Unknown), ("c", 1, Outcome.NotApplicable), ("d", 1, Outcome.Warning), ("e", 6, Outcome.Fail), ("f", 3, Outcome.NotApplicable));
        Assert.Equal(["1: 33", "3: ", "6: 0"], report.Scores.Select(static score => $"{score.Measure}: {score.Percent}").ToArray());
        Assert.Equal(new Score(0, "All measures", 1, 1, 1, 1, 2), report.Total);
        Assert.Equal(25, report.Total.Percent);
        Assert.Equal(99, new Score(0, "", 199, 1, 0, 0, 0).Percent);
    }

    [Fact]
    public void Changes_are_what_ended_otherwise_the_worse_first()
    {
        var before = Report(("same", 1, Outcome.Fail), ("mended", 1, Outcome.Fail), ("broke", 2, Outcome.Pass), ("blind", 2, Outcome.Pass), ("gone", 3, Outcome.Fail)) with { Time = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) };
        var now = Report(("same", 1, Outcome.Fail), ("mended", 1, Outcome.Pass), ("broke", 2, Outcome.Fail), ("blind", 2, Outcome.Unknown), ("new", 3, Outcome.Fail)).ComparedWith(before);
        Assert.Equal(before.Time, now.Since);
        Assert.Null(before.ComparedWith(null).Since);
        Assert.Equal(["broke worse", "blind worse", "mended better"], now.Changes.Select(static change => $"{change.Id} {(change.IsWorse ? "worse" : "better")}").ToArray());
    }

    [Fact]
    public void Json_has_all_of_it_and_is_read_back()
    {
        var report = Report(("a", 1, Outcome.NotApplicable), ("b", 2, Outcome.Fail)) with { Since = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), Changes = [new("b", "t", Outcome.Pass, Outcome.Fail)] };
        var json = JsonSerializer.Serialize(report, AuditJson.Default.AuditReport);
        foreach (var expected in (string[])["\"host\":\"mx\"", "\"result\":\"not applicable\"", "\"measure\":2", "\"references\":[\"CIS 1\"]", "\"read\":[\"/etc/x\"]", "\"found\":\"found\"", "\"expected\":", "\"why\":", "\"mend\":", "\"percent\":0", "\"total\":", "\"before\":\"pass\""])
            Assert.Contains(expected, json, StringComparison.Ordinal);
        var back = AuditJson.Read(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(back, AuditJson.Default.AuditReport));
        Assert.Null(AuditJson.Read("{\"results\":7}"));
        Assert.Null(AuditJson.Read("nonsense"));
    }

    private static AuditReport Report(params (string Id, int Measure, Outcome Outcome)[] results) => new(
        "mx", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "/", ["postfix"], Whole: true,
        [.. results.Select(static result => new AuditResult(result.Id, result.Measure, "title", "why", ["CIS 1"], ["/etc/x"], "found", "expected", result.Outcome, "mend"))]);
}
