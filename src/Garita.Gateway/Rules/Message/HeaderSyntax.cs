using Garita.Protocols.Message;

namespace Garita.Gateway.Rules;

/// <summary>
/// A header section that ends in a line which is no field and not empty, or a field without colon (RFC 5322 §2.2): two parsers then disagree on
/// where the body begins (Exim bug 3036), and one of them is fooled.
/// </summary>
public sealed class HeaderSyntax() : Rule<MessageFacts>("header-syntax", RuleStage.Message, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) =>
        facts.Header is { } header && (header.Findings & (HeaderFindings.Gap | HeaderFindings.NoColon)) is var found and not HeaderFindings.None
            ? Verdict.Breach(554, new(5, 6, 0), "malformed message header", found.ToString())
            : Verdict.Pass;
}
