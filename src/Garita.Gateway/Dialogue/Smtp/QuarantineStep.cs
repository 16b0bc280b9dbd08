using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// Keeps a message that a rule sends into the quarantine, in place of the way to the mail server. The sender is told 250 only when it is on the disk,
/// and otherwise keeps it. It is not told which rule that was.
/// </summary>
internal static class QuarantineStep
{
    private const int MostReasons = 50;
    private const int MostDetail = 500;

    /// <summary>Whether a rule wants that.</summary>
    internal static bool IsMeant(SmtpSession session, Envelope envelope) => Has(envelope.Hits) || Has(session.Hits);

    /// <summary>Keeps it and says how that went; the id, or null when it is not kept.</summary>
    internal static async ValueTask<string?> KeepAsync(SmtpSession session, Envelope envelope, Delivery delivery)
    {
        RuleHit[] reasons =
        [
            .. (session.Hits ?? []).Concat(envelope.Hits).Where(static hit => hit.Is(RuleHit.Quarantine)).Take(MostReasons)
                .Select(static hit => hit.Detail is { Length: > MostDetail } detail ? hit with { Detail = detail[..MostDetail] } : hit),
        ];
        var (outcome, id) = await session.House.Services.Quarantine.KeepAsync(await QuarantinedMessage.OfAsync(delivery, reasons));
        switch (outcome)
        {
            case QuarantineOutcome.Kept:
                session.Say(250, new(2, 0, 0), $"Ok, held for review as {id}");
                return id;
            case QuarantineOutcome.Full:
                // RFC 3463 §3.4: X.3.1, mail system full.
                session.Say(451, new(4, 3, 1), $"No room to hold the message for review, try again later (session {session.Id})");
                return null;
            default:
                session.Say(451, new(4, 3, 0), $"The message cannot be held for review now, try again later (session {session.Id})");
                return null;
        }
    }

    private static bool Has(List<RuleHit>? hits) => hits?.Exists(static hit => hit.Is(RuleHit.Quarantine)) == true;
}
