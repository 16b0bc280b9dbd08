using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Rules;

/// <summary>
/// The author's domain asks to refuse or to quarantine mail that it did not authenticate (DMARC, RFC 9989): what it asks is the most that is
/// done, one level less while it tests. It is not held against a message that a trusted forwarder answers for. Abstains where DNS does not
/// answer or the domain's record cannot be interpreted.
/// </summary>
public sealed class Dmarc() : Rule<AuthorFacts>("dmarc", RuleStage.Message, RuleMode.Reject, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(AuthorFacts facts)
    {
        if (facts.Dmarc is not { } fact)
            return Verdict.Pass;
        var outcome = fact.Outcome;
        if (outcome.Result is DmarcResult.TempError or DmarcResult.PermError)
            return Verdict.Abstain($"{outcome.Result.Name()} for {outcome.AuthorDomain}: {outcome.Problem}");
        if (outcome.Result != DmarcResult.Fail || outcome.Asked == DmarcPolicy.None)
            // RFC 9989 §11.5: what is not checked cannot be said to have passed.
            return fact.HasTooManyAuthors ? Breach($"{outcome.Result.Name()} of {outcome.AuthorDomain}, and more authors than are checked", RuleMode.Quarantine) : Verdict.Pass;
        var detail = Detail(outcome, facts.Evidence);
        // RFC 9989 §5.4
        return facts.Forwarder is { } forwarder ? Verdict.Abstain($"{detail}; not held against {forwarder}") : Breach(detail, outcome.Asked == DmarcPolicy.Reject ? RuleMode.Reject : RuleMode.Quarantine);
    }

    private static string Detail(DmarcOutcome outcome, string evidence) =>
        $"fail of {outcome.AuthorDomain}, {outcome.Policy.Name()} by _dmarc.{outcome.PolicyDomain}{(outcome.IsTesting ? ", testing" : "")}; {evidence}";

    // RFC 7372 §3.3: 5.7.26, more than one authentication check failed; RFC 9989 §7.2 wants the word in the text.
    private static Verdict Breach(string detail, RuleMode most) =>
        Verdict.Breach(550, new(5, 7, 26), "the author domain asks to refuse mail that it did not authenticate (DMARC)", detail) with { AtMost = most };
}
