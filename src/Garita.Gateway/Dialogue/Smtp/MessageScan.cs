using System.Globalization;
using System.Text;
using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Message;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>The last and dearest of a message's judgement: engines, and what adds up.</summary>
internal static class MessageScan
{
    private static readonly byte[] SpamFields = "X-Spam-"u8.ToArray();

    internal static async ValueTask<Refusal?> JudgeAsync(SmtpSession session, Envelope envelope, ILetter letter, ILetter goesOn, HeaderSection header, Judgement judge)
    {
        var rules = envelope.Tenant!.Rules;
        var (needsVirus, needsScore) = (rules[RuleCatalogue.Virus] != RuleMode.Off, rules[RuleCatalogue.Score] != RuleMode.Off);
        IReadOnlyList<EngineAnswer> answers = [];
        var engines = session.Policy.Settings.Engines;
        if (engines.All.Count > 0 && (needsVirus || needsScore))
        {
            var reverse = session.ReverseDns is { } dns ? await dns : null;
            var name = reverse is { Confirmed: true } ? reverse.Name : null;
            var scan = new EngineScan
            {
                Letter = letter,
                Trace = TraceFields.Make(session, envelope, name, session.House.Time.GetUtcNow()),
                Client = session.Connection.Address,
                Helo = session.Helo?.Text ?? "",
                ClientName = name,
                Sender = envelope.Sender,
                Recipients = [.. envelope.Recipients.Select(static recipient => recipient.Path.Mailbox!.ToString())],
                Id = string.Create(CultureInfo.InvariantCulture, $"{session.Id}.{envelope.Number}"),
            };
            answers = await session.House.Engines.ScanAsync(scan, engine => engine.FindsViruses ? needsVirus : needsScore, engines.Timeout);
        }

        if (judge.Judge(RuleCatalogue.Virus, new EngineFacts(answers)) is { } refusal)
            return refusal;
        if (!needsScore)
            return null;
        var settings = envelope.Tenant.Score;
        var facts = new ScoreFacts(Parts(session, envelope, answers, settings), answers, settings);
        refusal = judge.Judge(RuleCatalogue.Score, facts);
        if (refusal is null && settings.Headers)
        {
            envelope.AddedFields.Append(Fields(facts));
            var head = await goesOn.HeadAsync(header.Length);
            envelope.Omitted.AddRange(FieldFinder.Find(head.Span, SpamFields));
        }

        return refusal;
    }

    private static List<ScorePart> Parts(SmtpSession session, Envelope envelope, IReadOnlyList<EngineAnswer> answers, ScoreSettings settings)
    {
        var parts = new List<ScorePart>();
        // 1. Rules, each once.
        foreach (var slug in (session.Hits ?? []).Concat(envelope.Hits).Where(static hit => hit.Is("tag") || hit.Is("shadow")).Select(static hit => hit.Rule).Distinct(StringComparer.Ordinal))
        {
            if (settings.Weights.TryGetValue(slug, out var weight) && weight != 0)
                parts.Add(new ScorePart(slug, weight));
        }

        // 2. DNS lists, whether or not they reach their own threshold.
        if (session.Dnsbl is { IsCompletedSuccessfully: true } lists && envelope.Tenant!.Rules[RuleCatalogue.Dnsbl] != RuleMode.Off)
            parts.AddRange(lists.Result.Listings.Select(static listing => new ScorePart(listing.Zone, listing.Weight)));

        // 3. Engines.
        parts.AddRange(answers.Where(static answer => answer.Score is not null).Select(static answer => new ScorePart(answer.Engine.Name, answer.Score!.Value)));
        return parts;
    }

    private static string Fields(ScoreFacts facts)
    {
        var isSpam = facts.Sum >= facts.Limits.TagAt;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"X-Spam-Score: {facts.Sum:0.##}\r\n");
        if (isSpam)
            text.Append("X-Spam-Flag: YES\r\n");
        // Slugs, zones and engines are our own words or the settings'.
        text.Append(CultureInfo.InvariantCulture, $"X-Spam-Status: {(isSpam ? "Yes" : "No")}, score={facts.Sum:0.##} required={facts.Limits.TagAt:0.##}\r\n\ttests=");
        text.AppendJoin(",\r\n\t", facts.Parts.Count == 0 ? ["none"] : facts.Parts.Select(static part => part.Name));
        return text.Append("\r\n").ToString();
    }
}
