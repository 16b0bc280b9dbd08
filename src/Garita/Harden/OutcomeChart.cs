using System.Globalization;
using System.Text;
using Garita.Hardening;
using Garita.Hardening.Audits;

namespace Garita.Harden;

/// <summary>Charts of a score as SVG: a bar of how many checks ended how, and a ring of the percentage. Coloured by classes, since the page allows no style of an element.</summary>
internal static class OutcomeChart
{
    private const double Circle = 2 * Math.PI * 45;

    /// <summary>The class of an outcome, and of its colour.</summary>
    public static string ClassOf(Outcome outcome) => outcome == Outcome.NotApplicable ? "none" : Words.Of(outcome);

    public static string Bar(Score score)
    {
        var all = score.Applicable + score.NotApplicable;
        var parts = new StringBuilder();
        var left = 0;
        foreach (var (outcome, count) in Parts(score))
        {
            if (count > 0)
                parts.Append(CultureInfo.InvariantCulture, $"<rect class=\"{ClassOf(outcome)}\" x=\"{1000.0 * left / all:0.##}\" y=\"0\" width=\"{1000.0 * count / all:0.##}\" height=\"10\"><title>{count} {Words.Of(outcome)}</title></rect>");
            left += count;
        }

        return $"<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{Legend(score)}\">{parts}</svg>";
    }

    public static string Ring(Score score) => string.Create(CultureInfo.InvariantCulture, $"""
        <svg viewBox="0 0 110 110" role="img" aria-label="score"><circle class="ring" cx="55" cy="55" r="45"/><circle class="score" cx="55" cy="55" r="45" pathLength="{Circle:0.##}" stroke-dasharray="{Circle * (score.Percent ?? 0) / 100:0.##} {Circle:0.##}" transform="rotate(-90 55 55)"/><text class="figure" x="55" y="64">{(score.Percent is { } percent ? $"{percent.ToString(CultureInfo.InvariantCulture)}%" : "–")}</text></svg>
        """);

    /// <summary>As in <c>3 pass, 2 fail, 1 unknown</c>.</summary>
    public static string Legend(Score score) =>
        string.Join(", ", Parts(score).Where(static part => part.Count > 0).Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {Words.Of(part.Outcome)}")));

    private static (Outcome Outcome, int Count)[] Parts(Score score) =>
    [
        (Outcome.Pass, score.Pass), (Outcome.Fail, score.Fail), (Outcome.Warning, score.Warning), (Outcome.Unknown, score.Unknown), (Outcome.NotApplicable, score.NotApplicable),
    ];
}
