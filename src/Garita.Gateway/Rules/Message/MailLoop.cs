using System.Globalization;

namespace Garita.Gateway.Rules;

/// <summary>
/// A message that has gone in circles: more than 100 Received fields (RFC 5321 §6.3).
/// </summary>
public sealed class MailLoop() : Rule<MessageFacts>("mail-loop", RuleStage.Message, RuleMode.Reject, AllowedModes.Reject | AllowedModes.Defer, canBeExcepted: false)
{
    /// <summary>Most Received fields a message may have.</summary>
    public const int MostReceived = 100;

    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) =>
        facts.Header is { Received: > MostReceived and var received }
            // RFC 3463 §3.5: X.4.6, routing loop detected.
            ? Verdict.Breach(554, new(5, 4, 6), "mail loop", received.ToString(CultureInfo.InvariantCulture))
            : Verdict.Pass;
}
