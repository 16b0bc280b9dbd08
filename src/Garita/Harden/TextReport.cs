using System.Globalization;
using Garita.Commands;
using Garita.Hardening;
using Garita.Hardening.Audits;
using Garita.Settings;

namespace Garita.Harden;

/// <summary>An audit for a terminal: by measure, what is wrong first and in full, the scores at the end, where one looks.</summary>
internal static class TextReport
{
    /// <summary>What is worth reading first.</summary>
    internal static readonly Outcome[] Order = [Outcome.Fail, Outcome.Warning, Outcome.Unknown, Outcome.Pass, Outcome.NotApplicable];

    public static void Write(TextWriter output, AuditReport report)
    {
        output.WriteLine(Heading(report));
        foreach (var score in report.Scores)
        {
            output.WriteLine();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score.Measure} {score.Name}: {Percent(score)}"));
            foreach (var result in report.Results.Where(result => result.Measure == score.Measure).OrderBy(static result => Array.IndexOf(Order, result.Outcome)))
                Write(output, result);
        }

        if (report.Since is { } since)
        {
            output.WriteLine();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Changed since {since.UtcDateTime:yyyy-MM-dd HH:mm}Z: {(report.Changes.Count == 0 ? "nothing" : "")}").TrimEnd());
            foreach (var change in report.Changes)
                output.WriteLine($"  {(change.IsWorse ? "worse" : "better"),-7} {change.Id}: {Words.Of(change.Before)} -> {Words.Of(change.After)}");
        }

        output.WriteLine();
        var table = new TextTable("measure", "score", "pass", "fail", "warning", "unknown", "not applicable");
        foreach (var score in report.Scores.Append(report.Total))
        {
            table.Add(
                score.Measure == 0 ? score.Name : string.Create(CultureInfo.InvariantCulture, $"{score.Measure} {score.Name}"), score.Percent is { } percent ? Number(percent) + " %" : "-",
                Number(score.Pass), Number(score.Fail), Number(score.Warning), Number(score.Unknown), Number(score.NotApplicable));
        }

        table.Write(output);
    }

    public static string Heading(AuditReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"Audit of {SafeText.Escape(report.Host.Length > 0 ? report.Host : "a host without a name")}{(report.Root is "/" ? "" : " in " + SafeText.Escape(report.Root))}, {report.Time.UtcDateTime:yyyy-MM-dd HH:mm}Z, {(report.Roles.Count == 0 ? "no mail server found" : "as " + string.Join(", ", report.Roles))}");

    /// <summary>As in <c>40 %, 2 of 5 pass</c>.</summary>
    public static string Percent(Score score) => score.Percent is { } percent
        ? string.Create(CultureInfo.InvariantCulture, $"{percent} %, {score.Pass} of {score.Applicable} pass")
        : "nothing here that it is about";

    private static void Write(TextWriter output, AuditResult result)
    {
        output.WriteLine($"  {(result.Outcome == Outcome.Fail ? "FAIL" : Words.Of(result.Outcome)),-14}  {result.Id}: {result.Title}");
        switch (result.Outcome)
        {
            case Outcome.Pass:
                return;
            case Outcome.NotApplicable or Outcome.Unknown:
                Line("found", result.Found);
                return;
            default:
                Line("found", result.Found);
                Line("expected", result.Expected);
                Line("why", result.Why);
                Line("mend", result.Mend);
                return;
        }

        void Line(string name, string text)
        {
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            for (var i = 0; i < lines.Length; i++)
                output.WriteLine($"                  {(i == 0 ? name : ""),-9} {SafeText.Escape(lines[i])}");
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
