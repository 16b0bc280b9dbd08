using Garita.Gateway.Recipients;

namespace Garita.Gateway.Rules;

/// <summary>
/// The recipient does not exist at the tenant, or its mail server refused it lately. Refused at RCPT, so that no non-delivery report is ever made.
/// Where it cannot be told now the answer is 451, never 550.
/// </summary>
public sealed class UnknownRecipient() : Rule<RecipientFacts>("unknown-recipient", RuleStage.Recipient, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(RecipientFacts facts) => facts.Answer switch
    {
        { Status: RecipientStatus.Unknown } => Verdict.Breach(550, new(5, 1, 1), "no such recipient here"),
        // The mail server's own answer, not a policy of ours: without it the sender's retry would fail the same way for ever.
        { Status: RecipientStatus.RefusedLately } late => Verdict.Breach(late.Code, late.Enhanced, "the recipient was refused by its mail server", late.FoundIn) with { Absolute = true },
        { Status: RecipientStatus.Unavailable, FoundIn: RecipientDirectory.Frozen } => Unavailable(RecipientDirectory.Frozen) with { Absolute = true },
        { Status: RecipientStatus.Unavailable } unavailable => Unavailable(unavailable.FoundIn),
        _ => Verdict.Pass,
    };

    private static Verdict Unavailable(string why) => Verdict.Breach(451, new(4, 3, 0), "recipients cannot be told now", why) with { AtMost = RuleMode.Defer };
}
