using Garita.Gateway.Evidence.Dns;

namespace Garita.Gateway.Rules;

/// <summary>
/// Forward-confirmed reverse DNS (RFC 8601 §3, iprev): none of the names of the client's address leads back to it.
/// An address without a name is <see cref="PtrMissing"/>'s matter. Abstains where DNS does not answer.
/// </summary>
public sealed class Fcrdns() : Rule<ConnectFacts>("fcrdns", RuleStage.Connect, RuleMode.Shadow, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ConnectFacts facts) => facts.ReverseDns switch
    {
        null => Verdict.Abstain("reverse DNS was not asked"),
        { Status: DnsStatus.Failed } => Verdict.Abstain("reverse DNS did not answer"),
        { Name: null } or { Confirmed: true } => Verdict.Pass,
        { ForwardFailed: true } => Verdict.Abstain("the name could not be looked up"),
        // RFC 7372 §3.3: X.7.25.
        { Name: var name } => Verdict.Breach(550, new(5, 7, 25), "the reverse DNS name does not lead back to the client address", name),
    };
}
