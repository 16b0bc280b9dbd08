using System.Net;
using System.Text.RegularExpressions;

namespace Garita.Demo;

/// <summary>
/// One round: the legitimate messages and the attacks through the gateway, and the attacks straight to the mail server. Verdicts rest on
/// nothing but what the mail server received; the gateway's answers only tell the rule.
/// </summary>
/// <param name="messages">What must arrive.</param>
/// <param name="attacks">What must not.</param>
/// <param name="time">The clock.</param>
internal sealed partial class DemoRound(IReadOnlyList<DemoMessage> messages, IReadOnlyList<DemoAttack> attacks, TimeProvider time)
{
    private const int FirstSource = 10;
    private static readonly TimeSpan QuietDeadline = TimeSpan.FromSeconds(15);
    private readonly Lock _lock = new();
    private readonly List<ReceivedMail> _inbox = [];
    private bool _judged;

    /// <summary>Notes what the mail server received; nothing is kept once the round was judged.</summary>
    public void Receive(ReceivedMail mail)
    {
        lock (_lock)
        {
            if (!_judged)
                _inbox.Add(mail);
        }
    }

    /// <summary>Runs the round.</summary>
    /// <param name="server">The mail server behind, which tells <see cref="Receive"/>.</param>
    /// <param name="gateway">Where the gateway listens; null to show the mail server alone.</param>
    /// <param name="cancel">Ends it early.</param>
    public async Task<DemoResult> RunAsync(LenientMailServer server, IPEndPoint? gateway, CancellationToken cancel)
    {
        // 1. Legitimate mail.
        var sent = new List<bool>();
        for (var i = 0; i < messages.Count && gateway is not null; i++)
            sent.Add(await SendAsync(gateway, messages[i], MessageMarker(i), cancel));

        // 2. The attacks, each from an address of its own, both ways.
        var rules = new string?[attacks.Count];
        for (var i = 0; i < attacks.Count; i++)
        {
            await AttackAsync(server.Address, attacks[i], i, AttackMarker(i, "straight"), cancel);
            if (gateway is not null)
                rules[i] = RuleOf(await AttackAsync(gateway, attacks[i], i, AttackMarker(i, "garita"), cancel));
        }

        // 3. When nothing is under way any more, the judgement.
        await QuietAsync(server, cancel);
        lock (_lock)
        {
            _judged = true;
            return new DemoResult(
                [.. sent.Select((acknowledged, i) => Judge(messages[i], acknowledged, MessageMarker(i)))],
                [.. attacks.Select((attack, i) => new AttackResult(attack.Name, rules[i], attack.Expected,
                    gateway is not null && !Arrived(AttackMarker(i, "garita")), Arrived(AttackMarker(i, "straight"))))]);
        }
    }

    /// <summary>The rule in a refusal, which ends in "(slug, session ID)"; null if none is named.</summary>
    internal static string? RuleOf(IReadOnlyList<string> answers)
    {
        foreach (var answer in answers)
        {
            if (answer.Length > 0 && answer[0] is '4' or '5' && Named().Match(answer) is { Success: true } match)
                return match.Groups["rule"].Value;
        }

        return null;
    }

    private static string MessageMarker(int index) => $"message-{index:D2}";

    private static string AttackMarker(int index, string way) => $"attack-{index:D2}-{way}";

    private bool Arrived(string marker) => _inbox.Any(mail => mail.Names(marker));

    private MessageResult Judge(DemoMessage message, bool acknowledged, string marker)
    {
        var arrived = _inbox.Where(mail => mail.Names(marker)).ToList();
        return new MessageResult(message.Name, acknowledged, arrived.Count, arrived.Count > 0 && arrived.All(mail => message.IsIn(mail.Content)));
    }

    private async Task<bool> SendAsync(IPEndPoint gateway, DemoMessage message, string marker, CancellationToken cancel)
    {
        var steps = DemoAttacks.Mail(marker + "@example.net", "alice@example.com", parameters: " BODY=8BITMIME").ToArray();
        steps[^1] = new Step(Stuffed(message.Content), NeedsGoAhead: true);
        var answers = await new RawClient(gateway, IPAddress.Parse("127.0.0.2"), time).RunAsync(steps, waitsForGreeting: true, cancel);
        // Greeting, EHLO, MAIL, RCPT, DATA and the message were answered with success, then QUIT.
        return answers.All(static answer => answer.Length > 0 && answer[0] is '2' or '3') && answers.Count(static answer => answer.StartsWith("250 ", StringComparison.Ordinal)) == 4;
    }

    private Task<IReadOnlyList<string>> AttackAsync(IPEndPoint target, DemoAttack attack, int index, string marker, CancellationToken cancel) =>
        new RawClient(target, new IPAddress([127, 0, 0, (byte)(FirstSource + index)]), time).RunAsync(attack.Script(marker), !attack.TalksFirst, cancel);

    private async Task QuietAsync(LenientMailServer server, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(QuietDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            await server.QuietAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Somebody still talks to it; what has arrived until now is judged.
        }
    }

    /// <summary>RFC 5321 §4.5.2.</summary>
    private static byte[] Stuffed(byte[] content)
    {
        var stuffed = new List<byte>(content.Length + 64);
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '.' && (i == 0 || content[i - 1] == '\n'))
                stuffed.Add((byte)'.');
            stuffed.Add(content[i]);
        }

        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    [GeneratedRegex(@"\((?<rule>[a-z0-9-]+), session [^()\s]+\)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
