namespace Garita.Gateway.Rules;

/// <summary>
/// Too many bounces for one recipient or one domain: somebody sends with its addresses, and the answers of the world come here.
/// </summary>
public sealed class BounceFlood() : Rule<BounceFloodFacts>(
    "bounce-flood", RuleStage.Recipient, RuleMode.Defer, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Defer, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(BounceFloodFacts facts) =>
        facts.ToRecipient >= facts.Limits.BouncesPerRecipient || facts.ToDomain >= facts.Limits.BouncesPerDomain
            ? Verdict.Breach(451, new(4, 7, 1), "too many bounces, try again later", $"{facts.ToRecipient} to the recipient, {facts.ToDomain} to the domain within an hour")
            : Verdict.Pass;
}
