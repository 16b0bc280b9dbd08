using Garita.Protocols.Smtp;
using System.Globalization;

namespace Garita.Gateway.Rules;

/// <summary>
/// A line of more than 8 KiB. RFC 5321 §4.5.3.1.6 allows 1,000 octets, but real relays exceed that; those lines are only noted.
/// </summary>
public sealed class LineLength() : Rule<MessageFacts>("line-length", RuleStage.Message, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) =>
        (facts.Data & DataFindings.OverlongLine) != DataFindings.None
            ? Verdict.Breach(554, new(5, 6, 0), "line too long", facts.LongestLine.ToString(CultureInfo.InvariantCulture))
            : Verdict.Pass;
}
