using Garita.Protocols.Message;

namespace Garita.Gateway.Rules;

/// <summary>
/// An address field made to overflow a parser: comments nested deeper than 5, brackets that do not close, more than 1,000 addresses, or 64 KiB
/// (Sendmail CVE-2002-1337, CVE-2003-0161).
/// </summary>
public sealed class AddressHeader() : Rule<MessageFacts>("address-header", RuleStage.Message, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) =>
        facts.Header is { } header && (header.Findings & (HeaderFindings.AddressDepth | HeaderFindings.AddressCount | HeaderFindings.AddressSize)) is var found and not HeaderFindings.None
            ? Verdict.Breach(554, new(5, 6, 0), "address field too complex", found.ToString())
            : Verdict.Pass;
}
