using Garita.Gateway.Evidence.Sender;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Rules;

/// <summary>
/// The sender's domain says that the client may not send for it (SPF, RFC 7208): fail, or softfail, which is never more than tagged. For the null
/// reverse-path it is the HELO name; a fail of that name beside a reverse-path is never more than tagged either. Abstains where DNS does not answer or
/// the domain's records cannot be interpreted. Listed forwarders pass: they send from addresses that the sender's domain cannot know.
/// </summary>
public sealed class Spf() : Rule<SenderFacts>("spf", RuleStage.Sender, RuleMode.Tag, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(SenderFacts facts) => facts switch
    {
        { IsForwarded: true } => Verdict.Pass,
        { Spf: { Result: SpfResult.Fail } fact } => Breach(Words(fact), facts.HeloSpf is { } helo ? "HELO " + Words(helo) : null),
        // RFC 7208 §8.5: no message is refused for a softfail alone.
        { Spf: { Result: SpfResult.SoftFail } fact } => Breach(Words(fact), facts.HeloSpf is { } helo ? "HELO " + Words(helo) : null) with { AtMost = RuleMode.Tag },
        // RFC 7208 §2.3: a name of the client's own choice that forbids it is odd; the sender's domain may permit the client all the same.
        { HeloSpf: { Result: SpfResult.Fail } helo } => Breach("HELO " + Words(helo), facts.Spf is { } fact ? "sender " + Words(fact) : null) with { AtMost = RuleMode.Tag },
        { Spf: { Result: SpfResult.TempError or SpfResult.PermError } fact } => Verdict.Abstain($"{fact.Result.Name()} for {fact.Domain}: {fact.Problem}"),
        _ => Verdict.Pass,
    };

    // RFC 7372 §3.2: 550 5.7.23. The domain's own explanation is not passed on: no text from outside stands in our replies.
    private static Verdict Breach(string what, string? other) =>
        Verdict.Breach(550, new(5, 7, 23), "the sender domain does not permit this client (SPF)", other is null ? what : $"{what}; {other}");

    private static string Words(SpfFact fact) =>
        fact.Mechanism is { } mechanism ? $"{fact.Result.Name()} of {fact.Domain} by {mechanism}" : $"{fact.Result.Name()} of {fact.Domain}";
}
