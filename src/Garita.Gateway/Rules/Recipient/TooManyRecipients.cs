namespace Garita.Gateway.Rules;

/// <summary>
/// More recipients in a transaction than are allowed. Those accepted stay accepted; the sender brings the rest in the next transaction.
/// </summary>
public sealed class TooManyRecipients() : Rule<RecipientFacts>("too-many-recipients", RuleStage.Recipient, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(RecipientFacts facts) =>
        facts.Accepted >= facts.MaxRecipients
            // RFC 5321 §4.5.3.1.10: 452, so that it is read as "the rest later".
            ? Verdict.Breach(452, new(4, 5, 3), "too many recipients")
            : Verdict.Pass;
}
