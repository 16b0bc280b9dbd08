using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>
/// RCPT TO (RFC 5321 §4.1.1.3). Here the tenant is known, so here everything about client, name and sender is judged by its modes,
/// before anything is said about who exists.
/// </summary>
internal static class RcptVerb
{
    private const int MostRecorded = 1000;

    private static readonly Rule<RecipientFacts>[] Unknown = [.. RuleCatalogue.Recipient.Where(static rule => rule is UnknownRecipient)];
    private static readonly Rule<RecipientFacts>[] BeforeLookUp = [.. RuleCatalogue.Recipient.Where(static rule => rule is not UnknownRecipient)];
    private static readonly Rule<ConnectFacts>[] Client = [.. RuleCatalogue.Connect.Where(static rule => rule is PtrMissing or Fcrdns)];
    private static readonly Rule<SenderFacts>[] SenderRules = [.. RuleCatalogue.Sender.Where(static rule => rule is not SenderSyntax)];

    internal static ValueTask RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var error = CommandParser.ParseRcpt(argument, session.Envelope!.Mail.SmtpUtf8, out var command);
        // RFC 5321 §4.1.1.11, RFC 3461 §4: parameters of an extension that was not offered.
        if (error == SyntaxError.None && !session.OffersDsn && (command.Notify != DsnNotify.None || command.OriginalRecipient is not null))
            error = SyntaxError.UnknownParameter;
        return AnswerAsync(session, session.Envelope, command, error, error == SyntaxError.None ? "" : Cut(argument));
    }

    private static async ValueTask AnswerAsync(SmtpSession session, Envelope envelope, RcptCommand command, SyntaxError error, string asGiven)
    {
        var settings = session.Policy.Settings;
        command = Postmaster(settings, command);
        var mailbox = command.Path.Mailbox;
        var tenant = mailbox is null ? null : settings.TenantByDomain.GetValueOrDefault(mailbox.Domain);
        var address = mailbox?.ToString() ?? asGiven;
        var judge = session.Judge(tenant?.Rules ?? settings.Rules, address.ToLowerInvariant(), envelope.Hits);

        // 1. Grammar, relaying, number.
        var facts = new RecipientFacts(command, error, tenant, null, envelope.Recipients.Count, settings.Limits.Recipients);
        var refusal = judge.Judge(BeforeLookUp, facts);
        if (refusal is null && (mailbox is null || tenant is null))
            refusal = new Refusal("recipient-syntax", 501, new(5, 1, 3), "Syntax error in the recipient", Close: false);
        var isError = refusal is not null && refusal.Code / 100 == 5;

        // 2. Local part, and what administrators block.
        refusal ??= judge.Judge(RuleCatalogue.LocalPart, new LocalPartFacts(mailbox!, IsSender: false));
        refusal ??= session.Blocked(address.ToLowerInvariant(), close: false);

        // 3. Client, name and sender, by the tenant's modes.
        refusal ??= await JudgeClientAsync(session, envelope, tenant!, judge);

        // 4. The route: one a transaction, and one that can carry it.
        refusal ??= Route(session, envelope, tenant!);

        // 5. Whether it exists; before it, who may not be told.
        if (refusal is null)
        {
            var visitor = await RcptHarvest.VisitorAsync(session, envelope);
            refusal = RcptHarvest.Before(session, envelope, tenant!, mailbox!, visitor, judge);
            if (refusal is null)
            {
                var answer = await session.House.Services.Recipients.FindAsync(tenant!, envelope.Mail.Path.Mailbox, mailbox!);
                refusal = judge.Judge(Unknown, facts with { Answer = answer });
                RcptHarvest.After(session, tenant!, mailbox!, visitor, answer, refusal);
                refusal ??= Greylisting.Judge(session, envelope, tenant!, mailbox!, judge);
            }
        }

        // 6. What its client and its tenant may have in an hour.
        refusal ??= session.Exceeds(Admission.RateKind.Recipient);
        if (refusal is null && session.House.TenantRates.Exceeds(tenant!, session.IsTrusted, envelope.Recipients.Count == 0) is { } tooMuch)
            refusal = judge.Judge(RuleCatalogue.Admission, tooMuch);

        // 7. Its place in the tenant's share.
        if (refusal is null && envelope.Tenant is null && !session.House.Shares.TryEnter(tenant!.Name, settings.Tenants.Count, session.House.Slots))
            refusal = new Refusal("busy", 451, new(4, 3, 2), "too many messages under way, try again later", Close: false);

        if (envelope.Decisions.Count < MostRecorded)
            envelope.Decisions.Add(new RecipientDecision(address.Length <= 320 ? address : address[..320], refusal?.Code ?? 250, refusal?.Slug));
        session.House.Services.Metrics.Recipient(refusal is null);
        if (refusal is not null)
        {
            session.Refuse(refusal);
            if (isError)
                await session.CountErrorAsync(SmtpVerb.Rcpt);
            else
                await RcptHarvest.SlowAsync(session, tenant, refusal);
            return;
        }

        envelope.Tenant ??= tenant;
        envelope.Recipients.Add(command);
        session.State = SessionState.Rcpt;
        session.Advance(SmtpSession.Step.Recipient);
        session.Say("250 2.1.5 Recipient ok\r\n"u8);
    }

    /// <summary>RFC 5321 §4.5.1: the bare postmaster is the first tenant's.</summary>
    private static RcptCommand Postmaster(GatewaySettings settings, RcptCommand command)
    {
        if (command.Path.Mailbox is not { Domain.Length: 0 } || settings.Tenants.Count == 0)
            return command;
        var mailbox = new Mailbox("postmaster", settings.Tenants[0].Domains[0]);
        return new RcptCommand { Path = command.Path with { Mailbox = mailbox }, Notify = command.Notify, OriginalRecipient = command.OriginalRecipient };
    }

    private static async ValueTask<Refusal?> JudgeClientAsync(SmtpSession session, Envelope envelope, TenantSettings tenant, Judgement judge)
    {
        // Once for each tenant of a transaction, unless an exception may name the recipient.
        if (ReferenceEquals(envelope.JudgedFor, tenant) && session.Policy.Exceptions.IsEmpty)
            return envelope.ClientRefusal;
        var mail = envelope.Mail;
        var reverse = session.ReverseDns is { } dns ? await dns : null;
        var refusal = judge.Judge(Client, new ConnectFacts(session.Connection.Address, default, false, reverse));
        if (refusal is null && session.Dnsbl is { } lists && tenant.Rules[RuleCatalogue.Dnsbl] != RuleMode.Off)
            refusal = judge.Judge(RuleCatalogue.Dnsbl, new DnsblFacts(await lists, session.Policy.Settings.Dnsbl.Threshold));
        refusal ??= judge.Judge(RuleCatalogue.Helo, await HeloFactsAsync(session, tenant));
        if (refusal is null)
        {
            var domain = envelope.SenderDomain is { } asked ? await asked : null;
            // Where the rule is off for this tenant its client is not kept waiting for others' rules.
            var needsSpf = tenant.Rules[SpfRule] != RuleMode.Off && !envelope.IsForwarded;
            var spf = needsSpf && envelope.Spf is { } checking ? await checking : null;
            var heloSpf = needsSpf && envelope.HeloSpf is { } checkingName ? await checkingName : null;
            refusal = judge.Judge(SenderRules, new SenderFacts(mail, SyntaxError.None, domain, session.MessageLimit, spf, heloSpf, envelope.IsForwarded));
        }

        if (refusal is null && mail.Path.Mailbox is { } sender)
            refusal = judge.Judge(RuleCatalogue.LocalPart, new LocalPartFacts(sender, IsSender: true));

        envelope.JudgedFor = tenant;
        envelope.ClientRefusal = refusal;
        return refusal;
    }

    private static readonly Rule SpfRule = RuleCatalogue.BySlug["spf"];
    private static readonly Rule HeloMismatchRule = RuleCatalogue.BySlug["helo-mismatch"];

    private static async ValueTask<HeloFacts> HeloFactsAsync(SmtpSession session, TenantSettings tenant)
    {
        var name = session.Helo ?? new HeloName("", HeloForm.Malformed);
        Evidence.Dns.AddressFact? addresses = null;
        if (tenant.Rules[HeloMismatchRule] != RuleMode.Off && name.Form == HeloForm.Domain)
        {
            var answer = await session.House.Services.Dns.AddressesAsync(name.Text);
            addresses = new Evidence.Dns.AddressFact(answer.Status, answer.Records.Count > 0);
        }

        return new HeloFacts(session.Connection.Address, name, session.Policy.OwnNames, addresses);
    }

    private static Refusal? Route(SmtpSession session, Envelope envelope, TenantSettings tenant)
    {
        // RFC 5321 §4.5.3.1.10: the sender delivers the rest in its next transaction.
        if (envelope.Tenant is not null && !ReferenceEquals(envelope.Tenant, tenant))
            return new Refusal("route", 452, new(4, 5, 3), "one organisation a transaction, please", Close: false);
        if (envelope.Recipients.Count > 0 && tenant.Backends.Smtp.Any(static backend => backend.IsLmtp))
            return new Refusal("route", 452, new(4, 5, 3), "one recipient a transaction, please", Close: false);

        if (session.House.Services.Relay.Unavailable(tenant) is { } away && SpoolStep.AtRecipient(session, envelope, tenant, away) is { } refused)
            return refused;

        if (session.House.Services.Relay.Capabilities(tenant) is { } can)
        {
            // RFC 6531 §3.5
            if (envelope.Mail.SmtpUtf8 && !can.SmtpUtf8)
                return new Refusal("route", 550, new(5, 6, 7), "the mail server does not take international addresses", Close: false);
            if (envelope.Mail.Size is { } size && can.Size is > 0 and { } most && size > most)
                return new Refusal("route", 552, new(5, 3, 4), "message too large for the mail server", Close: false);
        }

        return null;
    }

    private static string Cut(ReadOnlySpan<byte> argument) =>
        System.Text.Encoding.Latin1.GetString(argument.Length <= 320 ? argument : argument[..320]);
}
