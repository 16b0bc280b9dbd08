using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// The HELO name is neither a dotted domain nor an address literal (RFC 5321 §4.1.1.1).
/// Tagged, not refused, out of the box: RFC 5321 §4.1.4 forbids refusing over a name that is merely wrong, and appliances get it wrong.
/// </summary>
public sealed class HeloSyntax() : Rule<HeloFacts>("helo-syntax", RuleStage.Helo, RuleMode.Tag, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(HeloFacts facts) => facts.Name.Form switch
    {
        HeloForm.Domain or HeloForm.AddressLiteral => Verdict.Pass,
        _ => Verdict.Breach(501, new(5, 5, 4), "the HELO name is neither a domain nor an address literal", facts.Name.Text),
    };
}
