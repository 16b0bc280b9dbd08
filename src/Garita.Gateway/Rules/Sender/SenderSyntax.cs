using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// A reverse-path or a MAIL parameter that breaks the grammar (RFC 5321 §4.1.1.2, §4.1.2; RFC 6531 §3.3), a trailing dot among them.
/// A source route is read over, as RFC 5321 appendix C asks.
/// </summary>
public sealed class SenderSyntax() : Rule<SenderFacts>("sender-syntax", RuleStage.Sender, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(SenderFacts facts)
    {
        if (facts.Fault != SyntaxError.None)
            return SyntaxFault.Breach(facts.Fault, new(5, 1, 7), facts.Fault == SyntaxError.Path ? facts.Command.PathError.ToString() : facts.Fault.ToString());
        return facts.Command.Path.HasTrailingDot ? SyntaxFault.Breach(SyntaxError.Path, new(5, 1, 7), "trailing dot") : Verdict.Pass;
    }
}
