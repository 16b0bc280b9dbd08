namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>What DNS is asked about a sender: at MAIL, awaited at RCPT, so that the look-ups run while the client speaks on. Only what a rule that is on needs.</summary>
internal static class SenderEvidence
{
    internal static void Ask(SmtpSession session, Envelope envelope)
    {
        var policy = session.Policy;
        var sender = envelope.Mail.Path.Mailbox;
        if (policy.JudgesSenderDomain && sender is { IsLiteral: false, Domain.Length: > 0 })
            envelope.SenderDomain = session.House.MailDomain.FindAsync(sender.Domain).AsTask();

        // The null reverse-path has no domain that senders could be counted by.
        if (policy.JudgesSpf || (policy.CountsBySpf && sender is not null))
            envelope.Spf = session.House.SenderPolicy.FindAsync(session.Connection.Address, session.Helo?.Text ?? "", sender, policy.Settings.Hostname).AsTask();
    }
}
