using Garita.Gateway.Rules;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>MAIL FROM (RFC 5321 §4.1.1.2): makes the envelope. Grammar, size and what administrators block are judged here, what needs the tenant at RCPT.</summary>
internal static class MailVerb
{
    private static readonly Rule<SenderFacts>[] Syntax = [.. RuleCatalogue.Sender.Where(static rule => rule is SenderSyntax)];

    internal static ValueTask RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var error = CommandParser.ParseMail(argument, out var command);
        // RFC 5321 §4.1.1.11, RFC 3461 §4: parameters of an extension that was not offered.
        if (error == SyntaxError.None && !session.OffersDsn && (command.Return != DsnReturn.None || command.EnvelopeId is not null))
            error = SyntaxError.UnknownParameter;
        var modes = session.Policy.Settings.Rules;
        var envelope = new Envelope(session.NextTransaction(), command);
        var judge = session.Judge(modes, null, envelope.Hits);
        var refusal = judge.Judge(Syntax, new SenderFacts(command, error, null, session.MessageLimit));
        if (refusal is null && command.Size is { } size)
            refusal = judge.Judge(RuleCatalogue.MessageSize, new MessageSizeFacts(size, session.MessageLimit, IsDeclared: true));
        if (refusal is not null || error != SyntaxError.None)
        {
            session.Envelope = envelope;
            if (refusal is null)
                session.Say(501, new(5, 5, 4), "Syntax error in parameters");
            else
                session.Refuse(refusal);
            session.EndTransaction("refused", refusal?.Code ?? 501);
            return session.CountErrorAsync(SmtpVerb.Mail);
        }

        session.Envelope = envelope;
        if (session.Blocked(null, close: false) is { } blocked)
        {
            session.Refuse(blocked);
            session.EndTransaction("refused", blocked.Code);
            return ValueTask.CompletedTask;
        }

        if (session.Exceeds(Admission.RateKind.Message) is { } tooMany)
        {
            session.Refuse(tooMany);
            session.EndTransaction("deferred", tooMany.Code);
            return ValueTask.CompletedTask;
        }

        if (RcptHarvest.AtMail(session, envelope.Hits) is { } harvester)
        {
            session.Refuse(harvester);
            session.EndTransaction("refused", harvester.Code);
            return ValueTask.CompletedTask;
        }

        session.State = SessionState.Mail;
        session.Advance(SmtpSession.Step.Mail);
        SenderEvidence.Ask(session, envelope);
        session.Say("250 2.1.0 Sender ok\r\n"u8);
        return ValueTask.CompletedTask;
    }
}
