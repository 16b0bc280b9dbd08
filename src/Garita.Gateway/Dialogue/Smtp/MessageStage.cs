using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Protocols.Message;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>What came of judging a message.</summary>
/// <param name="Refusal">The refusal; null when it may go on.</param>
/// <param name="Header">Its header section; null when the data was cut off.</param>
/// <param name="Hash">SHA-256 of all its octets; empty when the data was cut off.</param>
internal readonly record struct MessageVerdict(Refusal? Refusal, HeaderSection? Header, byte[] Hash);

/// <summary>
/// Judges a whole message, from cheap to dear: one that is refused costs nothing more, and evidence is sought only where a rule that is on
/// needs it.
/// </summary>
internal static class MessageStage
{
    private const int HeadOctets = HeaderSection.MaxLength + 4096;

    internal static async ValueTask<MessageVerdict> JudgeAsync(SmtpSession session, Envelope envelope, ILetter letter, DataPhase phase, DataEnding ending)
    {
        // 1. Size and room.
        var judge = session.Judge(envelope.Tenant!.Rules, null, envelope.Hits);
        if (ending == DataEnding.FarTooLarge || phase.Octets > session.MessageLimit)
            return new(judge.Judge(RuleCatalogue.MessageSize, new MessageSizeFacts(phase.Octets, session.MessageLimit, IsDeclared: false)), null, []);
        if (phase.NoRoom)
            return new(new Refusal("room", 452, new(4, 3, 1), "no room for the message now, try again later", Close: false), null, []);

        // 2. Framing and header.
        HeaderSection? header = null;
        byte[] hash = [];
        if (ending == DataEnding.Complete)
        {
            hash = await letter.SealAsync();
            var head = await letter.HeadAsync(HeadOctets);
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

        // 3. Signatures.
        if (IsOn(envelope.Tenant.Rules, RuleCatalogue.Signatures))
        {
            envelope.Auth = await session.House.MessageAuth.FindAsync(letter);
            refusal = judge.Judge(RuleCatalogue.Signatures, envelope.Auth);
        }

        // 4. Engines, and what adds up.
        refusal ??= await MessageScan.JudgeAsync(session, envelope, letter, header, judge);
        return new(refusal, header, hash);
    }

    /// <summary>Whether any of these rules is on: else their evidence is not sought.</summary>
    private static bool IsOn<TFacts>(RuleModes modes, IReadOnlyList<Rule<TFacts>> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (modes[rules[i]] != RuleMode.Off)
                return true;
        }

        return false;
    }
}
