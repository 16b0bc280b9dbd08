using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Protocols.Message;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.AuthenticationResults;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Dmarc;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// Judges whom a message claims to be from, behind its header and its signatures: names first, which cost nothing, then what DNS says of the
/// author. What was found is written into the field that goes with the message (RFC 8601), and forged ones of our name are left out.
/// </summary>
internal static class AuthorStage
{
    private static readonly Rule<AuthorFacts>[] Names = [RuleCatalogue.DisplayName];
    private static readonly Rule<AuthorFacts>[] Policies = [RuleCatalogue.Dmarc, RuleCatalogue.LookAlike];

    /// <summary>Judges a message; what goes with it is in the envelope then.</summary>
    /// <param name="session">The session.</param>
    /// <param name="envelope">The envelope, with its tenant.</param>
    /// <param name="header">The header section.</param>
    /// <param name="head">The octets it was read from.</param>
    /// <param name="letter">The message.</param>
    /// <param name="judge">The modes and exceptions in force.</param>
    internal static async ValueTask<Refusal?> JudgeAsync(
        SmtpSession session, Envelope envelope, HeaderSection header, ReadOnlyMemory<byte> head, ILetter letter, Judgement judge)
    {
        var (house, settings, tenant) = (session.House, session.Policy.Settings, envelope.Tenant!);
        OmitForged(envelope, header, head.Span, settings.Hostname);

        // 1. Names.
        var author = ReadAuthor(header, head.Span);
        var modes = tenant.Rules;
        var sender = envelope.Mail.Path.Mailbox is { IsLiteral: false, Domain.Length: > 0 } mailbox ? mailbox.Domain : null;
        var impersonation = modes[RuleCatalogue.DisplayName] == RuleMode.Off && modes[RuleCatalogue.LookAlike] == RuleMode.Off
            ? null : await house.Impersonation.FindAsync(tenant, author, header.From, sender);
        if (judge.Judge(Names, new AuthorFacts(null, impersonation, null, "")) is { } early)
            return early;

        // 2. Signatures, for their own rules and for the author's policy.
        var isWanted = modes[RuleCatalogue.Dmarc] != RuleMode.Off || house.Services.DmarcReports.IsOn || (impersonation is { IsOwnDomain: true } && modes[RuleCatalogue.LookAlike] != RuleMode.Off);
        if (isWanted || RuleCatalogue.Signatures.Any(rule => modes[rule] != RuleMode.Off))
        {
            envelope.Auth = await house.MessageAuth.FindAsync(letter);
            if (judge.Judge(RuleCatalogue.Signatures, envelope.Auth) is { } unsigned)
                return unsigned;
        }

        // 3. What DNS says of the author, where somebody wants to know.
        var signatures = envelope.Auth;
        var spf = envelope.Spf is { } checking ? await checking : null;
        var dmarc = isWanted ? await house.AuthorPolicy.FindAsync(author, spf, signatures) : null;

        // 4. The judgement.
        var forwarder = Forwarder(session, signatures);
        var refusal = judge.Judge(Policies, new AuthorFacts(dmarc, impersonation, forwarder, Evidence(spf, signatures)));
        if (dmarc is not null)
            Note(session, envelope, dmarc.Outcome, forwarder, spf, signatures);
        if (refusal is null)
            envelope.ResultsField = AuthenticationResultsField.Write(settings.Hostname, Results(envelope, spf, signatures, dmarc?.Outcome), envelope.Mail.SmtpUtf8);
        return refusal;
    }

    private static AuthorReadings ReadAuthor(HeaderSection header, ReadOnlySpan<byte> head)
    {
        var (offset, length) = header.FromField;
        return length == 0 ? AuthorReadings.None : AuthorReadings.Read(HeaderSection.ValueOf(head.Slice(offset, length)));
    }

    /// <summary>What is left out on relaying, of a message as it goes on: our own tags and results from outside.</summary>
    internal static void OmitForged(Envelope envelope, HeaderSection header, ReadOnlySpan<byte> head, string hostname)
    {
        envelope.Omitted.Clear();
        envelope.Omitted.AddRange(ForgedFields.Find(header, head, hostname));
    }

    private static string? Forwarder(SmtpSession session, MessageAuthFacts? signatures)
    {
        if (ProxyStep.Contains(session.Policy.Settings.Networks.Forwarders, session.Connection.Address))
            return "a listed forwarder";
        return TrustedSeals.Find(signatures?.Arc, session.Policy.Settings.Dmarc.TrustedSealers) is { } sealer ? "the ARC seal of " + sealer : null;
    }

    private static string Evidence(SpfFact? spf, MessageAuthFacts? signatures)
    {
        var text = spf is null ? "spf not asked" : $"spf {spf.Result.Name()} of {spf.Domain}";
        if (signatures is null)
            return text;
        return signatures.Dkim.Count == 0 ? text + ", not signed" : $"{text}, dkim {string.Join(", ", signatures.Dkim.Take(10).Select(static one => $"{one.Result.Name()} of {one.Domain}"))}";
    }

    /// <summary>What the author's domain is told, where it asks for reports (RFC 9990).</summary>
    private static void Note(SmtpSession session, Envelope envelope, DmarcOutcome outcome, string? forwarder, SpfFact? spf, MessageAuthFacts? signatures)
    {
        if (!session.House.Services.DmarcReports.IsOn)
            return;
        var hit = envelope.Hits.FindLast(static hit => string.Equals(hit.Rule, RuleCatalogue.Dmarc.Slug, StringComparison.Ordinal));
        var done = outcome.Result == DmarcResult.Pass ? (outcome.Record?.P ?? DmarcPolicy.None) == DmarcPolicy.None ? "none" : "pass"
            : hit.Is("reject") ? DmarcPolicy.Reject.Name() : hit.Is(RuleHit.Quarantine) ? DmarcPolicy.Quarantine.Name() : DmarcPolicy.None.Name();
        // RFC 9990 §3.1.6
        var reason = outcome.Result == DmarcResult.Pass || string.Equals(done, outcome.Policy.Name(), StringComparison.Ordinal) ? null
            : forwarder is not null ? "trusted_forwarder" : string.Equals(done, outcome.Asked.Name(), StringComparison.Ordinal) ? "policy_test_mode" : "local_policy";
        session.House.Services.DmarcReports.Add(outcome, new ReportedRow(
            session.Connection.Address.ToString(), done, outcome.DkimAligned, outcome.SpfAligned, reason, outcome.AuthorDomain, envelope.Mail.Path.Mailbox?.Domain ?? "",
            [.. (signatures?.Dkim ?? []).OrderByDescending(static one => one.VouchesForAll).Take(20).Select(static one => new ReportedSignature(one.Domain, one.Selector, one.Result.Name()))],
            spf?.Domain, spf?.Result.Name() ?? "none"));
    }

    private static List<AuthenticationResult> Results(Envelope envelope, SpfFact? spf, MessageAuthFacts? signatures, DmarcOutcome? dmarc)
    {
        List<AuthenticationResult> results = [];
        // RFC 8601 §2.7.2
        if (spf is not null)
            results.Add(new("spf", spf.Result.Name(), [envelope.Mail.Path.Mailbox is { } mailbox ? new("smtp", "mailfrom", mailbox.ToString()) : new("smtp", "helo", spf.Domain)], spf.Problem));
        if (signatures is not null)
        {
            // RFC 8601 §2.7.1, RFC 6008 §4
            if (signatures.Dkim.Count == 0)
                results.Add(new("dkim", "none", []));
            foreach (var one in signatures.Dkim)
                results.Add(new("dkim", one.Result.Name(), Properties(one), one.Reason));
            // RFC 8617 §10.3
            if (signatures.Arc.Status != ArcStatus.None)
                results.Add(new("arc", signatures.Arc.Status.Name(), [], signatures.Arc.Reason));
        }

        // RFC 9989 §9.1
        if (dmarc is { AuthorDomain.Length: > 0 })
            results.Add(new("dmarc", dmarc.Result.Name(), [new("header", "from", dmarc.AuthorDomain), .. dmarc.Result == DmarcResult.Fail ? (AuthenticationProperty[])[new("policy", "dmarc", dmarc.Asked.Name())] : []], dmarc.Problem));
        return results;
    }

    private static AuthenticationProperty[] Properties(DkimResult one)
    {
        if (one.Domain.Length == 0)
            return [];
        AuthenticationProperty[] named = [new("header", "d", one.Domain), new("header", "s", one.Selector)];
        return one.SignatureStart.Length == 0 ? named : [.. named, new("header", "b", one.SignatureStart)];
    }
}
