using Garita.Gateway.Evidence.Impersonation;
using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Rules;

/// <summary>
/// The domain of author or sender can be taken for one of the tenant's; or it is the tenant's own, and nothing authenticates it.
/// </summary>
public sealed class LookAlike() : Rule<AuthorFacts>("look-alike", RuleStage.Message, RuleMode.Shadow, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(AuthorFacts facts) => facts switch
    {
        { Impersonation.LookAlike: { } like } => Verdict.Breach(550, new(5, 7, 1), "the author domain looks like one of ours", $"{like.Domain} for {like.Own}: {Word(like.Likeness)}"),
        // What DNS does not answer for is no evidence.
        { Impersonation.IsOwnDomain: true, Forwarder: null, Dmarc: { IsAuthenticated: false, Outcome.Result: DmarcResult.Fail or DmarcResult.None or DmarcResult.PermError } own } =>
            Verdict.Breach(550, new(5, 7, 1), "the author domain is one of ours and did not authenticate the message", $"{own.Outcome.AuthorDomain}, {own.Outcome.Result.Name()}; {facts.Evidence}"),
        _ => Verdict.Pass,
    };

    private static string Word(Likeness likeness) => likeness switch
    {
        Likeness.Confusable => "confusable letters",
        Likeness.NearlySame => "nearly the same",
        Likeness.OtherSuffix => "another suffix",
        Likeness.Addition => "an addition",
        _ => "as a beginning",
    };
}
