using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// Keeps a message whose mail server does not answer, where its tenant wants that, in place of 451. Only where it surely was not delivered:
/// while a server answers, its 4xx is passed on, and where the answer to the final dot is missing the sender keeps it, for its own
/// retry is answered from memory if the mail server took it after all.
/// </summary>
internal static class SpoolStep
{
    /// <summary>The refusal of a recipient whose mail server is away; null where the message can be kept.</summary>
    internal static Refusal? AtRecipient(SmtpSession session, Envelope envelope, TenantSettings tenant, DeliveryOutcome away)
    {
        if (Of(session, tenant) is { } spool)
        {
            return spool.HasRoom(tenant, envelope.Mail.Size ?? 0) ? null
                : new Refusal("spool", 452, new(4, 3, 1), "the mail server does not answer, and there is no room to keep the message, try again later", Close: false);
        }

        return away == DeliveryOutcome.Busy
            ? new Refusal("backend", 451, new(4, 3, 2), "too much mail under way, try again later", Close: false)
            : new Refusal("backend", 451, new(4, 4, 1), "the mail server does not answer, try again later", Close: false);
    }

    /// <summary>Whether the message is to be kept after a delivery that failed.</summary>
    internal static bool IsMeant(SmtpSession session, Envelope envelope, DeliveryOutcome outcome) =>
        outcome is DeliveryOutcome.Unreachable or DeliveryOutcome.Busy && Of(session, envelope.Tenant!) is not null;

    /// <summary>Keeps it and says how that went; whether it is kept.</summary>
    internal static async ValueTask<bool> KeepAsync(SmtpSession session, Envelope envelope, Delivery delivery, DeliveryMemory.Key key, string? messageId, bool earnsTrust)
    {
        var message = new SpooledMessage(delivery, envelope.Number, key.ToBytes(), messageId, envelope.PassedDomain, earnsTrust);
        if (await session.House.Services.Spool!.KeepAsync(message))
        {
            session.Say(250, new(2, 0, 0), $"Ok, kept for delivery as {session.Id}.{envelope.Number}");
            return true;
        }

        session.Say(452, new(4, 3, 1), $"The mail server does not answer, and there is no room to keep the message, try again later (session {session.Id})");
        return false;
    }

    private static ISpool? Of(SmtpSession session, TenantSettings tenant) => tenant.WhenBackendDown == WhenBackendDown.Spool ? session.House.Services.Spool : null;
}
