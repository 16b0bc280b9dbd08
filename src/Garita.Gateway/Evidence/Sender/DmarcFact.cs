using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>What DMARC says of a message's author (RFC 9989).</summary>
/// <param name="Outcome">The outcome; of several authors the one that weighs most against the message.</param>
/// <param name="HasTooManyAuthors">Whether the From field names more domains than are looked at.</param>
/// <param name="IsAuthenticated">Whether any mechanism passed for the author's domain, one above or one below it, whether or not there is a policy.</param>
public sealed record DmarcFact(DmarcOutcome Outcome, bool HasTooManyAuthors, bool IsAuthenticated);
