using Garita.Protocols.Smtp;

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

        var client = session.Connection.Address;
        envelope.IsForwarded = policy.Settings.Networks.IsForwarder(client);
        var isJudged = policy.JudgesSpf && !envelope.IsForwarded;
        var helo = session.Helo ?? new HeloName("", HeloForm.Malformed);
        // RFC 9989 §3.2.4: with the null reverse-path too, then of the HELO name.
        var isAuthor = policy.AuthenticatesAuthors && !envelope.IsForwarded;
        // The null reverse-path has no domain that senders could be counted by.
        if (isJudged || isAuthor || (policy.CountsBySpf && sender is not null))
            envelope.Spf = session.House.SenderPolicy.FindAsync(client, helo.Text, sender, policy.Settings.Hostname).AsTask();
        // RFC 7208 §2.3: the HELO name too, where it may have a record and is not asked for already.
        if (isJudged && sender is not null && helo.Form == HeloForm.Domain && !string.Equals(helo.Text, sender.Domain, StringComparison.OrdinalIgnoreCase))
            envelope.HeloSpf = session.House.SenderPolicy.FindAsync(client, helo.Text, null, policy.Settings.Hostname).AsTask();
    }
}
