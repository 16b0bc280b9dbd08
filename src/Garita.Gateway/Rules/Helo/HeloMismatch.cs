using Garita.Gateway.Evidence.Dns;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// The HELO name is a domain that has no address in DNS (RFC 5321 §2.3.5: it must resolve). It does not ask that the address be the client's:
/// RFC 5321 §4.1.4 forbids refusing for that. Abstains where DNS does not answer.
/// </summary>
public sealed class HeloMismatch() : Rule<HeloFacts>("helo-mismatch", RuleStage.Helo, RuleMode.Shadow, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(HeloFacts facts) => facts switch
    {
        { Name.Form: not HeloForm.Domain } => Verdict.Pass,
        { Addresses: null } => Verdict.Abstain("the HELO name was not looked up"),
        { Addresses.Status: DnsStatus.Failed } => Verdict.Abstain("DNS did not answer for the HELO name"),
        { Addresses.HasAddresses: false } => Verdict.Breach(550, new(5, 7, 1), "the HELO name has no address", facts.Name.Text),
        _ => Verdict.Pass,
    };
}
