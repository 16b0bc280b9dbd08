using System.Text;
using Garita.Gateway.Evidence.Message;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Protocols.Message;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>What came of judging a message.</summary>
/// <param name="Refusal">The refusal; null when it may go on.</param>
/// <param name="Header">Its header section; null when the data was cut off.</param>
/// <param name="Hash">SHA-256 of all its octets as received; empty when the data was cut off.</param>
/// <param name="Rebuilt">The letter that goes on in place of the one received, with the header given here; null where nothing was taken out. Whoever asked disposes of it.</param>
internal readonly record struct MessageVerdict(Refusal? Refusal, HeaderSection? Header, byte[] Hash, ILetter? Rebuilt = null);

/// <summary>
/// Judges a whole message, from cheap to dear: one that is refused costs nothing more, and evidence is sought only where a rule that is on
/// needs it.
/// </summary>
internal static class MessageStage
{
    private const string ResultsName = "Authentication-Results: ";
    private const int HeadOctets = HeaderSection.MaxLength + 4096;

    internal static async ValueTask<MessageVerdict> JudgeAsync(SmtpSession session, Envelope envelope, ILetter letter, DataPhase phase, DataEnding ending)
    {
        // 1. Size and room.
        var judge = session.JudgeMessage(envelope);
        if (ending == DataEnding.FarTooLarge || phase.Octets > session.MessageLimit)
            return new(judge.Judge(RuleCatalogue.MessageSize, new MessageSizeFacts(phase.Octets, session.MessageLimit, IsDeclared: false)), null, []);
        if (phase.NoRoom)
            return new(new Refusal("room", 452, new(4, 3, 1), "no room for the message now, try again later", Close: false), null, []);

        // 2. Framing and header.
        HeaderSection? header = null;
        byte[] hash = [];
        ReadOnlyMemory<byte> head = default;
        if (ending == DataEnding.Complete)
        {
            hash = await letter.SealAsync();
            head = await letter.HeadAsync(HeadOctets);
            header = HeaderSection.Read(head.Span, complete: head.Length == letter.Length);
        }
        else
        {
            session.House.Services.Metrics.SmugglingStopped();
        }

        var facts = new MessageFacts(phase.Octets, session.MessageLimit, phase.Findings, phase.LongestLine, header, envelope.Mail.SmtpUtf8);
        var refusal = judge.Judge(RuleCatalogue.Message, facts);
        // Whatever the rules say, a misframed message goes nowhere.
        if (refusal is null && ending == DataEnding.Misframed)
            refusal = new Refusal("bare-newline", 550, new(5, 5, 2), "lines of a message end in CRLF", Close: true);
        if (refusal is not null || header is null)
            return new(refusal, header, hash);

        // 3. The author, and who answers for it.
        refusal = await AuthorStage.JudgeAsync(session, envelope, header, head, letter, judge);

        // 4. What it holds.
        ILetter? rebuilt = null;
        if (refusal is null)
            (refusal, rebuilt) = await ContentStage.JudgeAsync(session, envelope, letter, judge);
        try
        {
            if (rebuilt is not null)
            {
                head = await rebuilt.HeadAsync(HeadOctets);
                header = HeaderSection.Read(head.Span, complete: head.Length == rebuilt.Length);
                AuthorStage.OmitForged(envelope, header, head.Span, session.Policy.Settings.Hostname);
                await SealAsync(session, envelope, rebuilt);
            }

            // 5. Engines, and what adds up.
            refusal ??= await MessageScan.JudgeAsync(session, envelope, letter, rebuilt ?? letter, header, judge);
            return new(refusal, header, hash, rebuilt);
        }
        catch
        {
            rebuilt?.Dispose();
            throw;
        }
    }
    /// <summary>RFC 8617 §5.1: who changes a message says what it was.</summary>
    private static async ValueTask SealAsync(SmtpSession session, Envelope envelope, ILetter rebuilt)
    {
        if (envelope.ResultsField.Length == 0)
            return;
        await using var changed = new LetterStream(rebuilt);
        var seal = await session.House.MessageSeal.MakeAsync(session.Policy.Settings.Arc, changed, envelope.Auth, envelope.ResultsField[ResultsName.Length..].TrimEnd());
        envelope.AddedFields.Append(Encoding.ASCII.GetString(seal));
    }
}
