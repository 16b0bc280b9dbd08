using Garita.Gateway.Evidence.Sender;
using Garita.SenderAuth.Arc;

namespace Garita.Gateway.Rules;

/// <summary>
/// The message bears a chain of ARC sets (RFC 8617) that does not hold. It then proves nothing of what earlier hops found, which is no worse
/// than no chain: watched by default. Abstains where DNS does not answer.
/// </summary>
public sealed class Arc() : Rule<MessageAuthFacts>("arc", RuleStage.Message, RuleMode.Shadow, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageAuthFacts facts) => facts.Arc switch
    {
        { Status: ArcStatus.Fail, IsTransient: true } chain => Verdict.Abstain(chain.Reason!),
        // RFC 8617 §5.2.2: 5.7.29.
        { Status: ArcStatus.Fail } chain => Verdict.Breach(550, new(5, 7, 29), "the chain of authentication results is broken (ARC)", chain.Reason),
        _ => Verdict.Pass,
    };
}
