using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>What is judged at RCPT before it is looked up who exists, and what is counted after it.</summary>
internal static class RcptHarvest
{
    /// <summary>After so many refusals a transaction without an accepted recipient is over.</summary>
    private const int MostRefusals = 5;

    /// <summary>Who asks; made once a transaction.</summary>
    internal static async ValueTask<Visitor> VisitorAsync(SmtpSession session, Envelope envelope)
    {
        if (envelope.Visitor is { } known)
            return known;
        // The null reverse-path has no domain that could be authenticated.
        var spf = session.Policy.CountsBySpf && envelope is { Spf: { } asked, Mail.Path.Mailbox: not null } ? await asked : null;
        var visitor = Visitor.Of(
            session.Connection.Address, spf?.Result == SpfResult.Pass, spf?.Domain.ToLowerInvariant(), session.House.Trust, session.Policy.Settings.Networks, session.House.Harvest.Hash) with { IsAnnounced = session.Connection.IsAnnounced };
        envelope.Visitor = visitor;
        return visitor;
    }

    /// <summary>Everything that must not depend on whether the recipient exists.</summary>
    internal static Refusal? Before(SmtpSession session, Envelope envelope, TenantSettings tenant, Mailbox mailbox, in Visitor visitor, Judgement judge)
    {
        var watch = session.House.Harvest;

        // 1. One network or domain that asked for too many.
        var facts = watch.Facts(tenant, visitor, mailbox.Domain);
        var refusal = mailbox.IsPostmaster() ? null : judge.Judge(RuleCatalogue.Harvest, facts);
        if (refusal is not null)
        {
            if (tenant.Rules[RuleCatalogue.Harvest] != RuleMode.Reject)
                return refusal;
            watch.Refused(tenant, visitor);
            // A transaction with an accepted recipient is never cut short for others; one that has none does not go on for ever.
            var isOver = !visitor.IsTrusted && envelope.Recipients.Count == 0 && ++envelope.HarvestRefusals >= MostRefusals;
            return isOver ? judge.Judge(RuleCatalogue.Harvest, facts with { AtMail = true }) ?? refusal : refusal;
        }

        // 2. Many networks that ask for a little each.
        if (tenant.Rules[RuleCatalogue.DistributedHarvest] != RuleMode.Off
            && judge.Judge(RuleCatalogue.DistributedHarvest, watch.PutOff(tenant, visitor, envelope.Sender, mailbox)) is { } putOff)
            return putOff;

        // 3. RFC 5321 §4.5.5: bounces have the null reverse-path.
        if (envelope.Mail.Path.Mailbox is not null)
            return null;
        var bounces = watch.Bounces(tenant, mailbox);
        refusal = judge.Judge(RuleCatalogue.BounceFlood, bounces);
        if (refusal is not null)
            watch.BouncesRefused(tenant, mailbox, bounces);
        return refusal;
    }

    /// <summary>Counts what the client is told.</summary>
    internal static void After(SmtpSession session, TenantSettings tenant, Mailbox mailbox, in Visitor visitor, in RecipientAnswer answer, Refusal? refusal)
    {
        var isTold = answer.Status switch
        {
            // Where every address exists, nothing is told.
            RecipientStatus.Known => answer.FoundIn is not ("any" or "catch-all" or "call-ahead-catch-all" or "postmaster"),
            RecipientStatus.Unknown => refusal is not null,
            // Of late refusals only those that speak of the address (5.1.x, Exchange's 5.4.1).
            RecipientStatus.RefusedLately => answer is { Code: >= 500, Enhanced.Subject: 1 or 4 },
            _ => false,
        };
        if (isTold)
            session.House.Harvest.Told(tenant, visitor, mailbox, exists: answer.Status == RecipientStatus.Known);
    }

    /// <summary>Holds back answers to harvesters, and uniform answers by the same time each.</summary>
    internal static async ValueTask SlowAsync(SmtpSession session, TenantSettings? tenant, Refusal refusal)
    {
        if (refusal.Slug is not ("harvest" or "distributed-harvest"))
            return;
        await session.SlowAsync(refusal.Slug is "harvest" ? tenant!.Harvest.Slow : tenant!.Harvest.Delay);
        // What it sent in advance is not worth a slot when it is gone.
        if (session.Connection.IsGone)
            session.CloseAfterReply();
    }

    /// <summary>Counts a message with the null reverse-path for each of its recipients.</summary>
    internal static void CountBounces(SmtpSession session, Envelope envelope)
    {
        if (envelope.Mail.Path.Mailbox is not null)
            return;
        foreach (var recipient in envelope.Recipients)
            session.House.Harvest.BounceCame(recipient.Path.Mailbox!);
    }

    /// <summary>A network that was refused begins another transaction: it is over for it, as the tenant that refused it has it.</summary>
    internal static Refusal? AtMail(SmtpSession session, List<RuleHit> hits)
    {
        var watch = session.House.Harvest;
        if (watch.MarkedBy(session.Connection.Address) is not { } name || session.House.Trust.IsTrusted(session.Connection.Address, session.Policy.Settings.Networks))
            return null;
        // A reload may have taken the tenant away, or its mode.
        if (session.Policy.Settings.Tenants.FirstOrDefault(tenant => string.Equals(tenant.Name, name, StringComparison.Ordinal)) is not { } tenant || tenant.Rules[RuleCatalogue.Harvest] != RuleMode.Reject)
            return null;
        var refusal = session.Judge(tenant.Rules, null, hits).Judge(RuleCatalogue.Harvest, new HarvestFacts(0, 0, IsTrusted: false, tenant.Harvest, "", AtMail: true));
        if (refusal is not null)
            watch.RefusedAtMail(new Offender(session.Connection.Address, session.Connection.IsAnnounced), tenant.Harvest.UnknownAtLeast);
        return refusal;
    }
}
