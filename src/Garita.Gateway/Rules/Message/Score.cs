using System.Globalization;
using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Rules;

/// <summary>One fact and what it counts.</summary>
/// <param name="Name">The rule's slug, the list or the engine.</param>
/// <param name="Weight">What it counts.</param>
public readonly record struct ScorePart(string Name, double Weight);

/// <summary>What adds up against a message.</summary>
/// <param name="Parts">The facts.</param>
/// <param name="Answers">What engines say.</param>
/// <param name="Limits">From which sums on what is done.</param>
public sealed record ScoreFacts(IReadOnlyList<ScorePart> Parts, IReadOnlyList<EngineAnswer> Answers, ScoreSettings Limits)
{
    /// <summary>The sum.</summary>
    public double Sum => Math.Round(Parts.Sum(static part => part.Weight), 2);

    /// <summary>The addition, for the record: <c>spf 1.5 + rspamd 4.2 = 5.7</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{string.Join(" + ", Parts.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Weight:0.##}")))} = {Sum:0.##}");
}

/// <summary>
/// What rules, lists and engines say adds up to a tag, the quarantine or a refusal; an engine that asks for a refusal or a delay by itself gets it.
/// </summary>
public sealed class Score() : Rule<ScoreFacts>("score", RuleStage.Message, RuleMode.Reject, AllowedModes.OfMessage & ~AllowedModes.Defer, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ScoreFacts facts)
    {
        var action = facts.Answers.Count == 0 ? EngineAction.None : facts.Answers.Max(static answer => answer.Action);
        var text = facts.ToString() + Asked(facts.Answers);
        if (facts.Sum >= facts.Limits.RejectAt || action == EngineAction.Reject)
            return Refusal(text);
        if (facts.Sum >= facts.Limits.QuarantineAt)
            return Refusal(text) with { AtMost = RuleMode.Quarantine };
        if (action == EngineAction.Defer)
            return Verdict.Breach(451, new(4, 7, 1), "try again later", text) with { Asks = RuleMode.Defer, AsksAlone = true };
        if (Unscanned.Judge(facts.Answers, static engine => !engine.FindsViruses) is { IsBreach: true } unscanned)
            return unscanned;
        return facts.Sum >= facts.Limits.TagAt || action == EngineAction.Tag ? Refusal(text) with { AtMost = RuleMode.Tag } : Verdict.Pass;
    }

    private static Verdict Refusal(string text) => Verdict.Breach(550, new(5, 7, 1), "the message looks like spam", text);

    private static string Asked(IReadOnlyList<EngineAnswer> answers) =>
        string.Concat(answers.Where(static answer => answer.Detail.Length > 0).Select(static answer => $"; {answer.Engine.Name}: {answer.Detail}"));
}
