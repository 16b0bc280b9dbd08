using Garita.Gateway.Counters;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>A refusal that is to be said.</summary>
internal sealed record Refusal(string Slug, int Code, EnhancedCode Enhanced, string Text, bool Close);

/// <summary>
/// What becomes of verdicts: mode and exceptions turn a breach into a refusal, a tag, a note in the record or nothing.
/// One is made for each point at which rules are judged; it collects what they said.
/// </summary>
internal readonly struct Judgement(Policy policy, RuleModes modes, ExceptionSubject subject, DateTimeOffset now, List<RuleHit> hits, GatewayMetrics metrics)
{
    private const int MostRecordedHits = 200;

    /// <summary>Judges rules in order until one refuses.</summary>
    internal Refusal? Judge<TFacts>(IReadOnlyList<Rule<TFacts>> rules, TFacts facts)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (Judge(rules[i], facts) is { } refusal)
                return refusal;
        }

        return null;
    }

    /// <summary>Judges one rule.</summary>
    /// <returns>The refusal, or null when the mail may go on.</returns>
    internal Refusal? Judge<TFacts>(Rule<TFacts> rule, TFacts facts)
    {
        var mode = modes[rule];
        var verdict = mode == RuleMode.Off && !AlwaysJudged(rule) ? Verdict.Pass : rule.Judge(facts);
        if (verdict.Kind == VerdictKind.Pass)
            return null;
        if (verdict.Kind == VerdictKind.Abstain)
        {
            Hit(rule, "abstain", verdict.Detail);
            return null;
        }

        if (verdict.Absolute)
            return Refuse(rule, verdict, RuleMode.Reject);
        if (mode == RuleMode.Off)
            return null;
        if (rule.CanBeExcepted && policy.Exceptions.LetsPast(rule.Slug, subject, now) is { } exception)
        {
            Hit(rule, "excepted", exception.Id);
            return null;
        }

        if (verdict.Asks is { } asked && mode > RuleMode.Shadow && (verdict.AsksAlone || asked.Severity() > mode.Severity()))
            mode = asked;
        if (verdict.AtMost.Severity() < mode.Severity())
            mode = verdict.AtMost;
        switch (mode)
        {
            case RuleMode.Reject or RuleMode.Defer:
                return Refuse(rule, verdict, mode);
            case RuleMode.Tag:
                Hit(rule, "tag", verdict.Detail);
                return null;
            case RuleMode.Normalize:
                Hit(rule, "normalize", verdict.Detail);
                return null;
            case RuleMode.Quarantine:
                Hit(rule, RuleHit.Quarantine, verdict.Detail);
                return null;
            case RuleMode.Strip:
                Hit(rule, RuleHit.Strip, verdict.Detail);
                return null;
            default:
                Hit(rule, "shadow", verdict.Detail);
                return null;
        }
    }

    /// <summary>What no mode lifts is judged even where the rule is off.</summary>
    private static bool AlwaysJudged(Rule rule) => rule is BareNewline;

    private Refusal Refuse(Rule rule, in Verdict verdict, RuleMode mode)
    {
        var isTransient = verdict.Code / 100 == 4;
        Hit(rule, isTransient || mode == RuleMode.Defer ? "defer" : "reject", verdict.Detail);
        // RFC 3463 §3: the same subject and detail, of the class that asks to try again.
        return mode == RuleMode.Defer && !isTransient
            ? new Refusal(rule.Slug, 450, verdict.Enhanced with { Class = 4 }, verdict.Text!, verdict.Close)
            : new Refusal(rule.Slug, verdict.Code, verdict.Enhanced, verdict.Text!, verdict.Close);
    }

    private void Hit(Rule rule, string verdict, string? detail)
    {
        // What decides about the message is kept however many recipients filled the record; each rule says it once.
        var hit = new RuleHit(rule.Slug, verdict, detail);
        if (hits.Count < MostRecordedHits || rule.Stage == RuleStage.Message)
            hits.Add(hit);
        metrics.RuleHit(rule.Slug, verdict);
    }
}
