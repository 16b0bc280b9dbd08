using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>Judges what a message holds; read only where a rule of it is on.</summary>
internal static class ContentStage
{
    /// <summary>Reads and judges, and writes the message anew where parts are taken out.</summary>
    /// <returns>The refusal, or null when the message may go on; and the letter that goes on in place of the one received, or null.</returns>
    internal static async ValueTask<(Refusal? Refusal, ILetter? Rebuilt)> JudgeAsync(SmtpSession session, Envelope envelope, ILetter letter, Judgement judge)
    {
        var tenant = envelope.Tenant!;
        if (RuleCatalogue.Content.All(rule => tenant.Rules[rule] == RuleMode.Off))
            return (null, null);
        var report = await session.House.Content.ReadAsync(letter, tenant.Attachments, tenant.Name);
        if (judge.Judge(RuleCatalogue.Content, new ContentFacts(report, tenant.Attachments)) is { } refusal)
            return (refusal, null);
        // What goes into the quarantine is kept as it came.
        if (!envelope.Hits.Exists(static hit => hit.Is(RuleHit.Strip)) || envelope.Hits.Exists(static hit => hit.Is(RuleHit.Quarantine)))
            return (null, null);
        return await StrippedMessage.WriteAsync(session, tenant, letter, report) is { } rebuilt
            ? (null, rebuilt)
            : (new Refusal("room", 452, new(4, 3, 1), "no room for the message now, try again later", Close: false), null);
    }
}
