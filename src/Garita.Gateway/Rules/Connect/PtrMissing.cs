using Garita.Gateway.Evidence.Dns;

namespace Garita.Gateway.Rules;

/// <summary>
/// The client's address has no name in DNS. Abstains where DNS does not answer.
/// </summary>
public sealed class PtrMissing() : Rule<ConnectFacts>("ptr-missing", RuleStage.Connect, RuleMode.Shadow, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ConnectFacts facts) => facts.ReverseDns switch
    {
        null => Verdict.Abstain("reverse DNS was not asked"),
        { Status: DnsStatus.Failed } => Verdict.Abstain("reverse DNS did not answer"),
        // RFC 7372 §3.3: X.7.25.
        { Name: null } => Verdict.Breach(550, new(5, 7, 25), "the client address has no reverse DNS name"),
        _ => Verdict.Pass,
    };
}
