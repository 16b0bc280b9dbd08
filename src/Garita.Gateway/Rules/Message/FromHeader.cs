using Garita.Protocols.Message;

namespace Garita.Gateway.Rules;

/// <summary>
/// A message has exactly one From field that can be read (RFC 5322 §3.6). Two are refused: filters judge one and readers show the other (CVE-2024-49040).
/// None, an unreadable or a loosely written one is tagged, whatever the mode: real programs send those.
/// </summary>
public sealed class FromHeader() : Rule<MessageFacts>("from-header", RuleStage.Message, RuleMode.Reject, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts)
    {
        var found = facts.Header?.Findings ?? HeaderFindings.None;
        if ((found & HeaderFindings.TwoFrom) != HeaderFindings.None)
            return Verdict.Breach(554, new(5, 6, 0), "more than one From field");
        if ((found & HeaderFindings.NoFrom) != HeaderFindings.None)
            return Verdict.Breach(554, new(5, 6, 0), "no From field") with { AtMost = RuleMode.Tag };
        if ((found & HeaderFindings.UnreadableFrom) != HeaderFindings.None)
            return Verdict.Breach(554, new(5, 6, 0), "unreadable From field") with { AtMost = RuleMode.Tag };
        return (found & HeaderFindings.LooseFrom) != HeaderFindings.None
            ? Verdict.Breach(554, new(5, 6, 0), "From field in a form that is no longer allowed") with { AtMost = RuleMode.Tag }
            : Verdict.Pass;
    }
}
