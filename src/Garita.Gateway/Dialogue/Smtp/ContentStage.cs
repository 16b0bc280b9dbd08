using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>Judges what a message holds; read only where a rule of it is on.</summary>
internal static class ContentStage
{
    /// <summary>Reads and judges.</summary>
    /// <returns>The refusal, or null when the message may go on.</returns>
    internal static async ValueTask<Refusal?> JudgeAsync(SmtpSession session, Envelope envelope, ILetter letter, Judgement judge)
    {
        var tenant = envelope.Tenant!;
        if (RuleCatalogue.Content.All(rule => tenant.Rules[rule] == RuleMode.Off))
            return null;
        var report = await session.House.Content.ReadAsync(letter, tenant.Attachments, tenant.Name);
        return judge.Judge(RuleCatalogue.Content, new ContentFacts(report, tenant.Attachments));
    }
}
