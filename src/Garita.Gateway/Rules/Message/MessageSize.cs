namespace Garita.Gateway.Rules;

/// <summary>
/// The message is larger than the listener takes: as MAIL declares it (RFC 1870 §6.1), and as it is counted.
/// </summary>
public sealed class MessageSize() : Rule<MessageSizeFacts>("message-size", RuleStage.Message, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageSizeFacts facts) =>
        facts.Octets > facts.MaxOctets
            ? Verdict.Breach(552, new(5, 3, 4), "message too large", facts.IsDeclared ? "declared" : "counted")
            : Verdict.Pass;
}
