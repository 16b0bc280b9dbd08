using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Rules;

/// <summary>
/// An attachment of a class that the policy names: programs, scripts, shortcuts and what cannot be looked into, by any reading of name, type or
/// content, in archives too. Classes have actions of their own; the severest holds. A message that could not be looked at to its end is put off.
/// </summary>
public sealed class Attachment() : Rule<ContentFacts>("attachment", RuleStage.Message, RuleMode.Quarantine, AllowedModes.OfMessage | AllowedModes.Strip, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ContentFacts facts)
    {
        var worst = AttachmentAction.Pass;
        ContentFinding? first = null;
        var byMode = false;
        foreach (var finding in facts.Report.Findings)
        {
            var action = facts.Settings[finding.Class];
            byMode |= action == AttachmentAction.Rule;
            if (action == AttachmentAction.Rule || action > worst)
                first = first is null || action > worst ? finding : first;
            if (action > worst)
                worst = action;
        }

        // Of one that was not looked at to its end nobody knows what is in the rest: nothing of it is let through, by no mode.
        if (first is null)
        {
            return facts.Report.Incomplete is { } why
                ? Verdict.Breach(451, new(4, 3, 0), "the message could not be looked at, try again later", why) with { Asks = RuleMode.Defer, AsksAlone = true }
                : Verdict.Pass;
        }

        var verdict = Verdict.Breach(554, new(5, 7, 1), "attachment of a kind that is not accepted here", $"{first.Class}: {first.Reading}: {first.Name}");
        if (facts.Report.Incomplete is not null && worst < AttachmentAction.Quarantine)
            return verdict with { Asks = RuleMode.Defer, AsksAlone = !byMode };
        return ModeOf(worst) is { } asked ? verdict with { Asks = asked, AsksAlone = !byMode } : verdict;
    }

    private static RuleMode? ModeOf(AttachmentAction action) => action switch
    {
        AttachmentAction.Tag => RuleMode.Tag,
        AttachmentAction.Strip => RuleMode.Strip,
        AttachmentAction.Quarantine => RuleMode.Quarantine,
        AttachmentAction.Reject => RuleMode.Reject,
        _ => null,
    };
}
