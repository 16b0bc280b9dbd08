using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// A forward-path or a RCPT parameter that breaks the grammar (RFC 5321 §4.1.1.3, §4.1.2; RFC 6531 §3.3).
/// </summary>
public sealed class RecipientSyntax() : Rule<RecipientFacts>("recipient-syntax", RuleStage.Recipient, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(RecipientFacts facts) =>
        SyntaxFault.Breach(facts.Fault, new(5, 1, 3), facts.Fault == SyntaxError.Path ? facts.Command.PathError.ToString() : facts.Fault.ToString());
}
