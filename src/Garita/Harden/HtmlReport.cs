using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Garita.Hardening;
using Garita.Hardening.Audits;
using Garita.Settings;

namespace Garita.Harden;

/// <summary>
/// An audit as one page that needs nothing else: no script, no picture, no font from outside; its policy allows its own style and nothing more. Whatever
/// was found on the host is escaped twice, against markup and against what is not seen (control characters, writing direction).
/// </summary>
internal static class HtmlReport
{
    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Css)));

    public static string Make(AuditReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
            <title>{Safe(TextReport.Heading(report))}</title>
            <style>{ReportStyle.Css}</style></head><body><main>
            <h1>Hardening of {Safe(report.Host.Length > 0 ? report.Host : "a host without a name")}</h1>
            <p class="soft">{report.Time.UtcDateTime:yyyy-MM-dd HH:mm} UTC · {(report.Root is "/" ? "the running system" : "file system " + Safe(report.Root))} · {(report.Roles.Count == 0 ? "no mail server found" : Safe(string.Join(", ", report.Roles)))}{(report.Whole ? "" : " · some of the checks")}</p>
            <div class="total">{OutcomeChart.Ring(report.Total)}<div><p><strong>{TextReport.Percent(report.Total)}</strong></p><p class="soft">{OutcomeChart.Legend(report.Total)}. What could not be looked at counts as not passed; what is not applicable is left out.</p></div></div>
            <div class="grid">

            """);
        foreach (var score in report.Scores)
            page.Append(CultureInfo.InvariantCulture, $"<a class=\"card\" href=\"#measure-{score.Measure}\"><b>{(score.Percent is { } percent ? $"{percent.ToString(CultureInfo.InvariantCulture)} %" : "–")}</b>{score.Measure} {Safe(score.Name)}{OutcomeChart.Bar(score)}<span class=\"soft\">{OutcomeChart.Legend(score)}</span></a>\n");
        page.Append("</div>\n");
        Changes(page, report);
        foreach (var score in report.Scores)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"measure-{score.Measure}\">{score.Measure} {Safe(score.Name)}</h2>\n<p class=\"soft\">{TextReport.Percent(score)}</p>\n");
            foreach (var result in report.Results.Where(result => result.Measure == score.Measure).OrderBy(static result => Array.IndexOf(TextReport.Order, result.Outcome)))
                Result(page, result);
        }

        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Changes(StringBuilder page, AuditReport report)
    {
        if (report.Since is not { } since)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>Changed since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC</h2>\n");
        if (report.Changes.Count == 0)
        {
            page.Append("<p>Nothing.</p>\n");
            return;
        }

        page.Append("<table><thead><tr><th>check</th><th>before</th><th>now</th><th></th></tr></thead><tbody>\n");
        foreach (var change in report.Changes)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{Safe(change.Id)}</code> {Safe(change.Title)}</td><td>{Badge(change.Before)}</td><td>{Badge(change.After)}</td><td>{(change.IsWorse ? "worse" : "better")}</td></tr>\n");
        page.Append("</tbody></table>\n");
    }

    private static void Result(StringBuilder page, AuditResult result)
    {
        var open = result.Outcome is Outcome.Fail or Outcome.Warning ? " open" : result.Outcome == Outcome.Unknown ? " class=\"printed\"" : "";
        page.Append(CultureInfo.InvariantCulture, $"<details{open}><summary>{Badge(result.Outcome)} {Safe(result.Title)}<code>{Safe(result.Id)}</code></summary><dl>");
        Row("found", result.Found);
        Row("expected", result.Expected);
        Row("why", result.Why);
        if (result.Outcome is Outcome.Fail or Outcome.Warning or Outcome.Unknown)
            Row("mend", result.Mend);
        Row("looked at", string.Join(" · ", result.Read));
        Row("based on", string.Join(", ", result.References));
        page.Append("</dl></details>\n");

        void Row(string name, string text)
        {
            if (text.Length > 0)
                page.Append(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{Lines(text)}</dd>");
        }
    }

    private static string Badge(Outcome outcome) => $"<span class=\"badge {OutcomeChart.ClassOf(outcome)}\">{Words.Of(outcome)}</span>";

    private static string Lines(string text) => string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Safe));

    private static string Safe(string text) => WebUtility.HtmlEncode(SafeText.Escape(text));
}
