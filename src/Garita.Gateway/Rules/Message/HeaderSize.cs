using Garita.Protocols.Message;

namespace Garita.Gateway.Rules;

/// <summary>
/// A header section over 256 KiB or with more than 1,000 fields: more than any parser behind should have to hold, and more than ours reads.
/// </summary>
public sealed class HeaderSize() : Rule<MessageFacts>("header-size", RuleStage.Message, RuleMode.Reject, AllowedModes.Reject | AllowedModes.Defer, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) =>
        facts.Header is { } header && (header.Findings & (HeaderFindings.TooManyFields | HeaderFindings.TooLarge)) is var found and not HeaderFindings.None
            ? Verdict.Breach(552, new(5, 3, 4), "message header too large", found.ToString())
            : Verdict.Pass;
}
