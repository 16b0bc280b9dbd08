using Garita.Gateway.Evidence.Sender;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Rules;

/// <summary>
/// The sender's domain says that the client may not send for it (SPF, RFC 7208): fail, or softfail, which is never more than tagged.
/// For the null reverse-path it is the HELO name. Abstains where DNS does not answer or the domain's records cannot be interpreted.
/// </summary>
public sealed class Spf() : Rule<SenderFacts>("spf", RuleStage.Sender, RuleMode.Tag, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(SenderFacts facts) => facts.Spf switch
    {
        { Result: SpfResult.Fail } fact => Breach(fact),
        // RFC 7208 §8.5: no message is refused for a softfail alone.
        { Result: SpfResult.SoftFail } fact => Breach(fact) with { AtMost = RuleMode.Tag },
        { Result: SpfResult.TempError or SpfResult.PermError } fact => Verdict.Abstain($"{fact.Result.Name()} for {fact.Domain}: {fact.Problem}"),
        _ => Verdict.Pass,
    };

    // RFC 7372 §3.2: 550 5.7.23. The domain's own explanation is not passed on: no text from outside stands in our replies.
    private static Verdict Breach(SpfFact fact) =>
        Verdict.Breach(550, new(5, 7, 23), "the sender domain does not permit this client (SPF)", $"{fact.Result.Name()} of {fact.Domain} by {fact.Mechanism}");
}
