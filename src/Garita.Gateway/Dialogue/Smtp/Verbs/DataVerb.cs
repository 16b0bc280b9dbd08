using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Protocols.Message;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>
/// DATA (RFC 5321 §4.1.1.4): the message is received whole, judged, relayed in one burst, and answered after the mail server has answered.
/// </summary>
internal static partial class DataVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240); // RFC 1047

    internal static ValueTask RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty)
            return session.FaultAsync(CommandFault.Syntax, SmtpVerb.Data, SyntaxError.Command);
        return RunAsync(session, session.Envelope!);
    }

    private static async ValueTask RunAsync(SmtpSession session, Envelope envelope)
    {
        // 1. What waits already was sent before its turn.
        if (session.Connection.HasInput && !session.Connection.IsTls && session.JudgeFault(CommandFault.Pipelined, SmtpVerb.Data) is { } early)
        {
            await session.RefuseAsErrorAsync(early, SmtpVerb.Data);
            return;
        }

        // 2. Room for it.
        using var letter = session.House.Services.Letters.Open(envelope.Tenant!.Name, envelope.Mail.Size);
        if (letter is null)
        {
            session.Say(452, new(4, 3, 1), "No room for the message now, try again later");
            session.EndTransaction("deferred", 452);
            return;
        }

        // 3. The octets.
        session.State = SessionState.Data;
        session.Advance(SmtpSession.Step.Data);
        session.Say("354 End data with <CR><LF>.<CR><LF>\r\n"u8);
        await session.FlushAsync();
        var phase = new DataPhase(session, letter, session.MessageLimit);
        var ending = await phase.ReadAsync();
        var dotAt = session.House.Time.GetTimestamp();
        if (ending == DataEnding.Lost)
        {
            session.EndTransaction("aborted", 0, new MessageEnd(phase.Octets, null, null, null, 0));
            return;
        }

        try
        {
            await DecideAsync(session, envelope, letter, phase, ending, dotAt);
        }
        catch (Exception fault) when (session.Envelope is not null)
        {
            // A disk that fails, a fault of ours: the sender keeps the message, and the administrator hears of it.
            LogUndecided(session.House.Log, session.Id.ToString(), fault);
            session.Say(451, new(4, 3, 0), "The message could not be handled now, try again later");
            if (ending != DataEnding.Complete)
                session.CloseAfterReply();
            Count(session, envelope, "deferred", 451, new MessageEnd(phase.Octets, null, null, null, dotAt));
        }
    }

    private static async ValueTask DecideAsync(SmtpSession session, Envelope envelope, ILetter letter, DataPhase phase, DataEnding ending, long dotAt)
    {
        // 4. The judgement.
        var verdict = await MessageStage.JudgeAsync(session, envelope, letter, phase, ending);
        using var rebuilt = verdict.Rebuilt;
        if (verdict.Refusal is { } refusal)
        {
            session.Refuse(refusal);
            if (ending != DataEnding.Complete)
                session.CloseAfterReply();
            Count(session, envelope, refusal.Code / 100 == 4 ? "deferred" : "refused", refusal.Code, new MessageEnd(phase.Octets, verdict.Header?.MessageId, null, null, dotAt));
            return;
        }

        // 5. The way to the mail server, and its answer.
        RcptHarvest.CountBounces(session, envelope);
        // What is kept is kept as it came.
        var goesOn = QuarantineStep.IsMeant(session, envelope) ? letter : rebuilt ?? letter;
        await RelayAsync(session, envelope, goesOn, verdict.Header!, verdict.Hash, dotAt);
    }

    private static async ValueTask RelayAsync(SmtpSession session, Envelope envelope, ILetter letter, HeaderSection header, byte[] hash, long dotAt)
    {
        var house = session.House;
        var key = DeliveryMemory.KeyOf(envelope.Mail, envelope.Recipients, hash);
        var (entry, isNew) = house.Deliveries.Begin(key, session.Id.ToString(), () => session.Connection.IsGone);
        var end = new MessageEnd(letter.Length, header.MessageId, null, null, dotAt);
        if (!isNew && await AnswerFromMemoryAsync(session, envelope, entry, end))
            return;

        bool delivered = false, kept = false;
        Task<bool>? late = null;
        session.HoldPlace();
        try
        {
            var reverse = session.ReverseDns is { } dns ? await dns : null;
            var name = reverse is { Confirmed: true } ? reverse.Name : null;
            var delivery = new Delivery
            {
                Tenant = envelope.Tenant!,
                Session = session.Id.ToString(),
                Mail = envelope.Mail,
                Recipients = envelope.Recipients,
                AddedFields = TraceFields.Make(session, envelope, name, house.Time.GetUtcNow()),
                Letter = letter,
                Omitted = [.. envelope.Omitted.Order()],
                Deadline = dotAt + (long)(Patience.TotalSeconds * house.Time.TimestampFrequency),
                Client = session.Identity(name),
            };
            if (QuarantineStep.IsMeant(session, envelope))
            {
                var id = await QuarantineStep.KeepAsync(session, envelope, delivery);
                kept = id is not null;
                Count(session, envelope, kept ? "quarantined" : "deferred", kept ? 250 : 451, end with { Backend = kept ? "quarantine:" + id : null });
                return;
            }

            var result = await house.Services.Relay.DeliverAsync(delivery);
            delivered = result.Outcome == DeliveryOutcome.Delivered;
            late = result.Late;
            RememberRefusals(session, envelope, result);
            if (SpoolStep.IsMeant(session, envelope, result.Outcome))
            {
                kept = await SpoolStep.KeepAsync(session, envelope, delivery, key, header.MessageId, EarnsTrust(session, envelope));
                Count(session, envelope, kept ? "spooled" : "deferred", kept ? 250 : 452, end with { Backend = result.Backend?.ToString() });
                return;
            }

            Answer(session, envelope, result, end with { Backend = result.Backend?.ToString(), BackendReply = BackendReply(result) });
        }
        finally
        {
            session.ReleasePlace(delivered);
            if (delivered || kept)
                session.AwaitConfirmation(key, entry);
            else if (late is not null)
                _ = SettleLateAsync(house, key, entry, late);
            else if (isNew)
                house.Deliveries.Forget(key, entry, delivered: false);
        }
    }

    /// <summary>The same message again while its first delivery is under way or its answer may not have arrived: it gets that delivery's answer.</summary>
    private static async ValueTask<bool> AnswerFromMemoryAsync(SmtpSession session, Envelope envelope, DeliveryMemory.Entry entry, MessageEnd end)
    {
        var left = Patience - session.House.Time.GetElapsedTime(end.DotAt);
        var deadline = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, session.House.Time);
        if (await Task.WhenAny(entry.Done, deadline) == deadline || !await entry.Done)
        {
            session.Say(451, new(4, 4, 2), "The same message is being delivered, try again later");
            Count(session, envelope, "deferred", 451, end);
            return true;
        }

        session.Say(250, new(2, 0, 0), $"Ok, taken before as {entry.Session}");
        Count(session, envelope, "answered-from-ledger", 250, end);
        return true;
    }

    private static async Task SettleLateAsync(Gatehouse house, DeliveryMemory.Key key, DeliveryMemory.Entry entry, Task<bool> late)
    {
        entry.WasPutOff = true;
        if (await late)
            house.Deliveries.Remember(key, entry);
        else
            house.Deliveries.Forget(key, entry, delivered: false);
    }

    private static void RememberRefusals(SmtpSession session, Envelope envelope, DeliveryResult result)
    {
        for (var i = 0; i < result.RecipientReplies.Count && i < envelope.Recipients.Count; i++)
        {
            if (result.RecipientReplies[i] / 100 is 4 or 5)
            {
                var enhanced = i < result.RecipientCodes.Count ? result.RecipientCodes[i] : null;
                session.House.Services.Recipients.RefusedLate(
                    envelope.Tenant!, envelope.Mail.Path.Mailbox, envelope.Recipients[i].Path.Mailbox!, result.RecipientReplies[i], enhanced);
            }
        }
    }

    /// <summary>Our own words for each end; the mail server's never get through.</summary>
    private static void Answer(SmtpSession session, Envelope envelope, DeliveryResult result, MessageEnd end)
    {
        var id = $"session {session.Id}";
        switch (result.Outcome)
        {
            case DeliveryOutcome.Delivered:
                if (EarnsTrust(session, envelope))
                    session.House.Trust.Accepted(session.Connection.Address, envelope.PassedDomain);
                session.House.Services.Spool?.BackendAnswered(envelope.Tenant!.Name);
                session.Say(250, new(2, 0, 0), $"Ok, delivered as {session.Id}.{envelope.Number}");
                Count(session, envelope, "delivered", 250, end);
                break;
            case DeliveryOutcome.Refused:
                var code = result.Code / 100 == 5 ? result.Code : 554;
                session.Say(code, Fitting(result.Enhanced, 5), $"Refused by the mail server ({id})");
                Count(session, envelope, "refused", code, end);
                break;
            case DeliveryOutcome.Deferred:
                // 421 would say that we close.
                var later = result.Code / 100 == 4 && result.Code != 421 ? result.Code : 451;
                session.Say(later, Fitting(result.Enhanced, 4), $"Put off by the mail server, try again later ({id})");
                Count(session, envelope, "deferred", later, end);
                break;
            case DeliveryOutcome.SomeRecipientsRefused:
                Defer(451, new(4, 3, 0), "Some recipients were refused, try again for the others");
                break;
            case DeliveryOutcome.Busy:
                Defer(451, new(4, 3, 2), "Too much mail under way, try again later");
                break;
            case DeliveryOutcome.CannotCarry:
                session.Say(result.Code == 0 ? 554 : result.Code, Fitting(result.Enhanced, 5), $"The mail server cannot carry this message ({id})");
                Count(session, envelope, "refused", result.Code, end);
                break;
            case DeliveryOutcome.Unknown:
                session.Say(451, new(4, 4, 2), $"The mail server did not answer, try again later ({id})");
                Count(session, envelope, "unknown", 451, end);
                break;
            default:
                Defer(451, new(4, 4, 1), "The mail server does not answer, try again later");
                break;
        }

        void Defer(int code, EnhancedCode enhanced, string text)
        {
            session.Say(code, enhanced, $"{text} ({id})");
            Count(session, envelope, "deferred", code, end);
        }
    }

    /// <summary>Mail that no rule had to tag, and not to postmaster alone, speaks for its sender.</summary>
    private static bool EarnsTrust(SmtpSession session, Envelope envelope) =>
        !IsTagged(session.Hits) && !IsTagged(envelope.Hits) && envelope.Recipients.Exists(static rcpt => !rcpt.Path.Mailbox!.IsPostmaster());

    private static bool IsTagged(List<RuleHit>? hits) => hits?.Exists(static hit => string.Equals(hit.Verdict, "tag", StringComparison.Ordinal)) == true;

    private static void Count(SmtpSession session, Envelope envelope, string outcome, int reply, MessageEnd end)
    {
        session.House.Services.Metrics.Message(outcome, end.Octets, session.House.Time.GetElapsedTime(end.DotAt).TotalSeconds);
        session.EndTransaction(outcome, reply, end);
    }

    private static EnhancedCode Fitting(EnhancedCode? enhanced, byte ofClass) =>
        enhanced is { } code && code.Class == ofClass ? code : new EnhancedCode(ofClass, 0, 0);

    private static string? BackendReply(DeliveryResult result) => result.Code == 0 && result.BackendText.Length == 0 ? null : $"{result.Code} {result.BackendText}";

    [LoggerMessage(1110, LogLevel.Error, "session {Session}: a message could not be handled, its sender keeps it")]
    private static partial void LogUndecided(ILogger log, string session, Exception fault);
}
