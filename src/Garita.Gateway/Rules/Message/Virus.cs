using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Rules;

/// <summary>What engines say of a message.</summary>
/// <param name="Answers">An answer of each engine that was asked.</param>
public sealed record EngineFacts(IReadOnlyList<EngineAnswer> Answers);

/// <summary>
/// An engine found a virus; or one that looks for them did not answer, and the administrator wants no mail unscanned.
/// </summary>
public sealed class Virus() : Rule<EngineFacts>("virus", RuleStage.Message, RuleMode.Reject, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(EngineFacts facts)
    {
        foreach (var answer in facts.Answers)
        {
            // RFC 3463 §3.8: X.7.1; the name is the engine's text and stays in the record.
            if (answer.Virus is { } name)
                return Verdict.Breach(554, new(5, 7, 1), "the message holds a virus", $"{answer.Engine.Name}: {name}");
        }

        return Unscanned.Judge(facts.Answers, static engine => engine.FindsViruses);
    }
}

/// <summary>What engines that did not scan leave open.</summary>
internal static class Unscanned
{
    /// <summary>The verdict on answers without a scan: what the administrator wants of the engine, else a note.</summary>
    internal static Verdict Judge(IReadOnlyList<EngineAnswer> answers, Func<EngineSettings, bool> which)
    {
        var result = Verdict.Pass;
        foreach (var answer in answers.Where(answer => which(answer.Engine) && answer.Status != EngineStatus.Scanned))
        {
            var detail = $"{answer.Engine.Name} did not scan it: {answer.Detail}";
            if (answer.Status == EngineStatus.TooLarge)
                result = result.IsBreach ? result : Verdict.Abstain(detail);
            else if (answer.Engine.WhenDown == WhenEngineDown.Defer)
                return Verdict.Breach(451, new(4, 7, 1), "the message cannot be scanned now, try again later", detail) with { Asks = RuleMode.Defer, AsksAlone = true };
            else
                result = Verdict.Breach(451, new(4, 7, 1), "the message cannot be scanned now, try again later", detail) with { AtMost = RuleMode.Tag };
        }

        return result;
    }
}
