using Garita.Gateway.Evidence.Dns;

namespace Garita.Gateway.Rules;

/// <summary>
/// The sender's domain cannot get mail, so nobody could ever be told of a failure: null MX (refused), no such name, or no MX, A or AAAA (deferred:
/// zones break for an hour and come back). Abstains where DNS does not answer.
/// </summary>
public sealed class SenderDomain() : Rule<SenderFacts>("sender-domain", RuleStage.Sender, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(SenderFacts facts) => facts.Domain?.Status switch
    {
        // RFC 7505 §4.2: 550 5.7.27.
        MailDomainStatus.NullMx => Verdict.Breach(550, new(5, 7, 27), "the sender domain does not take mail"),
        MailDomainStatus.NoName => Deferred("the sender domain does not exist"),
        MailDomainStatus.NoRecords => Deferred("the sender domain has neither MX nor address"),
        MailDomainStatus.Failed => Verdict.Abstain("DNS did not answer for the sender domain"),
        _ => Verdict.Pass,
    };

    // RFC 3463 §3.2: X.1.8, bad sender's system address.
    private static Verdict Deferred(string text) => Verdict.Breach(450, new(4, 1, 8), text) with { AtMost = RuleMode.Defer };
}
