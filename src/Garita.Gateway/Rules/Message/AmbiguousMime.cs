namespace Garita.Gateway.Rules;

/// <summary>
/// MIME that two readers can read differently, or that exceeds what is followed: what one of them checks, another shows. Only what is
/// seen to matter in this message is a breach, not every departure from the grammar.
/// </summary>
public sealed class AmbiguousMime() : Rule<ContentFacts>("ambiguous-mime", RuleStage.Message, RuleMode.Quarantine, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ContentFacts facts)
    {
        if (facts.Report.Ambiguities != Evidence.Content.MimeAmbiguity.None)
            return Verdict.Breach(554, new(5, 6, 0), "message that can be read in more than one way", facts.Report.Ambiguities.ToString());
        return facts.Report.Incomplete is { } why
            ? Verdict.Breach(451, new(4, 3, 0), "the message could not be looked at, try again later", why) with { Asks = RuleMode.Defer, AsksAlone = true }
            : Verdict.Pass;
    }
}
