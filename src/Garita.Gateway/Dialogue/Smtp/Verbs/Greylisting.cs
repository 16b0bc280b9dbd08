using Garita.Gateway.Counters;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>Puts suspicious senders off at RCPT, once it is known that the recipient exists.</summary>
internal static class Greylisting
{
    internal static Refusal? Judge(SmtpSession session, Envelope envelope, TenantSettings tenant, Mailbox recipient, Judgement judge)
    {
        var client = session.Connection.Address;
        if (tenant.Rules[RuleCatalogue.Greylist] == RuleMode.Off || session.IsTrusted || session.House.Trust.IsKnown(client) || recipient.IsPostmaster())
            return null;
        if (Suspicion(session.Hits, envelope.Hits) is not { } why)
            return null;
        var settings = session.Policy.Settings.Greylist;
        var attempt = session.House.Greylist.Note(client, envelope.PassedDomain?.ToLowerInvariant(), envelope.Sender, recipient.ToString(), settings);
        return judge.Judge(RuleCatalogue.Greylist, new GreylistFacts(why, MustWait: attempt != GreylistTry.Passed, settings.After));
    }

    private static string? Suspicion(List<RuleHit>? session, List<RuleHit> envelope)
    {
        var slugs = (session ?? []).Concat(envelope).Where(static hit => IsSuspicious(hit)).Select(static hit => hit.Rule).Distinct(StringComparer.Ordinal);
        var text = string.Join(", ", slugs);
        return text.Length == 0 ? null : text;
    }

    private static bool IsSuspicious(RuleHit hit) =>
        (hit.Is("tag") || hit.Is("shadow")) && RuleCatalogue.BySlug.TryGetValue(hit.Rule, out var rule) && rule.Stage is RuleStage.Connect or RuleStage.Helo or RuleStage.Sender;
}
