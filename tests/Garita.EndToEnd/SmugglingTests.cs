using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>
/// SMTP smuggling through the running gateway, judged by what lenient mail servers behind it took: each known sequence, cut at every octet
/// into segments that the gateway reads one by one, and in one piece. Never more messages than were acknowledged, never a smuggled envelope.
/// </summary>
public sealed class SmugglingTests
{
    private const int AtOnce = 32;
    private const string Smuggler = "smuggled@example.net";

    /// <summary>Who ends a message at it: a sequence that none of them takes is only here to be refused or mended.</summary>
    private sealed record Sequence(string Octets, Lenience Fooled, bool First = false)
    {
        public string Name => (First ? "first " : "") + Octets.Replace("\r", "<CR>", StringComparison.Ordinal).Replace("\n", "<LF>", StringComparison.Ordinal).Replace("\0", "<NUL>", StringComparison.Ordinal);
    }

    /// <summary>No reading of these is harmless: refused, and the connection ends.</summary>
    private static readonly Sequence[] Deadly =
    [
        new("\n.\n", Lenience.BareLf | Lenience.BareCr),
        new("\n.\r", Lenience.BareCr),
        new("\r.\n", Lenience.BareCr),
        new("\r.\r", Lenience.BareCr),
        new("\n.\r\n", Lenience.BareLf | Lenience.BareCr),
        new("\r.\r\n", Lenience.BareCr),
        new("\r\n\0.\r\n", Lenience.DropsNul),
        new("\r\n.\0\r\n", Lenience.DropsNul),
        new("\r\n.\r\0\n", Lenience.DropsNul),
        new("\r\0\n.\r\n", Lenience.DropsNul),
        new("\r\n.\r\r\n", Lenience.BareLf | Lenience.BareCr),
        new("\r\r\n.\r\r\n", Lenience.BareLf | Lenience.BareCr),
        new("\n.\r\r\n", Lenience.BareLf | Lenience.BareCr),
        new("\n\r.\r\n", Lenience.BareCr),
        new("\r\n.\n", Lenience.BareLf | Lenience.BareCr),
        new("\r\n.\r", Lenience.BareCr),
        // The CRLF of DATA is before it.
        new(".\n", Lenience.BareLf | Lenience.BareCr, First: true),
        new(".\r", Lenience.BareCr, First: true),
        new(".\r\r\n", Lenience.BareLf | Lenience.BareCr, First: true),
        new("\0.\r\n", Lenience.DropsNul, First: true),
        new("\n.\n", Lenience.BareLf | Lenience.BareCr, First: true),
        new("\r.\r", Lenience.BareCr, First: true),
    ];

    /// <summary>A longer line that begins with a dot is content for all; what is sent on must stay so after bare line ends were mended.</summary>
    private static readonly Sequence[] Mended =
    [
        new("\n..\n", Lenience.None),
        new("\r..\r", Lenience.None),
        new("\n..\r\n", Lenience.None),
        new("\r..\r\n", Lenience.None),
        new("\r\n..\n", Lenience.None),
        new("\r\n..\r", Lenience.None),
        new("\r\n..\r\r\n", Lenience.None),
        new("\r\r\n..\r\r\n", Lenience.None),
    ];

    [Fact]
    public async Task No_lenient_server_behind_the_gateway_is_fooled()
    {
        var folder = Path.Combine(Path.GetTempPath(), "garita-smuggling-" + Guid.NewGuid().ToString("N")[..8]);
        using var lf = new LenientServer(Lenience.BareLf);
        using var cr = new LenientServer(Lenience.BareCr);
        using var nul = new LenientServer(Lenience.DropsNul);
        (string Domain, LenientServer Server)[] servers = [("example.com", lf), ("cr.example", cr), ("nul.example", nul)];
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (domain, _) in servers)
                await File.WriteAllTextAsync(Path.Combine(folder, domain), $"user1@{domain}\nuser2@{domain}\n");
            await using var gateway = await RunningGateway.StartAsync(folder, lf.Port, Limits + string.Concat(servers.Skip(1).Select(static s => Tenant(s.Domain, s.Server.Port))));
            var attacks = servers.Select(static s => s.Domain).SelectMany(Attacks).ToArray();
            var acknowledged = await AttackAllAsync(gateway.Port, attacks);

            foreach (var (domain, server) in servers)
                Judge(server.Messages, acknowledged, attacks.Where(attack => string.Equals(attack.Domain, domain, StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Postfix_without_its_protection_is_not_fooled_behind_the_gateway()
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "Postfix is not installed, or not run as root");
        var folder = Path.Combine(Path.GetTempPath(), "garita-smuggling-" + Guid.NewGuid().ToString("N")[..8]);
        await using var postfix = await PostfixServer.StartAsync(folder + "-postfix", "smtpd_forbid_bare_newline = no", "smtpd_forbid_unauth_pipelining = no");
        try
        {
            await using var gateway = await RunningGateway.StartAsync(folder, postfix.Port, Limits);
            var attacks = Attacks("example.com").ToArray();
            var acknowledged = await AttackAllAsync(gateway.Port, attacks);
            Judge(await PostfixMessagesAsync(postfix), acknowledged, attacks);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData((int)Lenience.BareLf)]
    [InlineData((int)Lenience.BareCr)]
    [InlineData((int)Lenience.DropsNul)]
    public async Task The_same_fools_a_lenient_server_without_the_gateway(int lenience)
    {
        using var server = new LenientServer((Lenience)lenience);
        foreach (var sequence in Deadly.Where(s => s.Fooled.HasFlag((Lenience)lenience)))
        {
            server.Messages.Clear();
            await RunAsync(server.Port, new Attack(sequence, "example.com", "0", Pieces(sequence, "0", "example.com").First(), Dies: true));
            Assert.True(server.Messages.Any(IsSmuggled), $"{sequence.Name} did not get through");
        }
    }

    [Fact]
    public async Task The_same_fools_Postfix_without_its_protection_and_the_gateway()
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "Postfix is not installed, or not run as root");
        var folder = Path.Combine(Path.GetTempPath(), "garita-smuggling-" + Guid.NewGuid().ToString("N")[..8]);
        await using var postfix = await PostfixServer.StartAsync(folder + "-postfix", "smtpd_forbid_bare_newline = no", "smtpd_forbid_unauth_pipelining = no");
        var fooling = Deadly.Where(static s => s.Fooled.HasFlag(Lenience.BareLf)).ToArray();
        foreach (var sequence in fooling)
            await RunAsync(postfix.Port, new Attack(sequence, "example.com", "0", Pieces(sequence, "0", "example.com").First(), Dies: true));
        Assert.Equal(fooling.Length, (await PostfixMessagesAsync(postfix)).Count(IsSmuggled));
    }

    private sealed record Attack(Sequence Sequence, string Domain, string Id, string[] Pieces, bool Dies)
    {
        public string Name => $"{Sequence.Name} to {Domain} as {string.Join('|', Pieces.Select(static piece => piece.Length))}";
    }

    private static bool IsSmuggled(TakenMessage taken) => taken.From is not "<a@example.net>";

    private const string Limits = """

        [limits]
        connections_per_client = 1000
        connections_per_network = 1000

        """;

    private static string Tenant(string domain, int port) => string.Create(CultureInfo.InvariantCulture, $"""

        [[tenant]]
        name = "{domain.Replace('.', '-')}"
        domains = ["{domain}"]
        [tenant.backends]
        smtp = ["127.0.0.1:{port}"]
        tls = "none"
        [tenant.recipients]
        source = "file"
        file = "{domain}"

        """);

    private static IEnumerable<Attack> Attacks(string domain)
    {
        var number = 0;
        foreach (var sequence in Deadly.Concat(Mended))
        {
            var ways = Pieces(sequence, "", domain).Count();
            for (var way = 0; way < ways; way++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{number++}@{domain}");
                yield return new Attack(sequence, domain, id, Pieces(sequence, id, domain).ElementAt(way), Deadly.Contains(sequence));
            }
        }
    }

    /// <summary>In one piece, in two at every octet of the sequence, and octet by octet.</summary>
    private static IEnumerable<string[]> Pieces(Sequence sequence, string id, string domain)
    {
        var head = sequence.First ? "" : $"From: a@example.net\r\nSubject: outer {id}\r\n\r\nhello";
        var tail = $"MAIL FROM:<{Smuggler}>\r\nRCPT TO:<user2@{domain}>\r\nDATA\r\nFrom: {Smuggler}\r\nSubject: smuggled {id}\r\n\r\nevil\r\n.\r\nQUIT\r\n";
        var octets = sequence.Octets;
        yield return [head + octets + tail];
        for (var at = sequence.First ? 1 : 0; at <= octets.Length; at++)
            yield return [head + octets[..at], octets[at..] + tail];
        yield return [.. head.Length > 0 ? [head] : Array.Empty<string>(), .. octets.Select(static octet => octet.ToString()), tail];
    }

    private static async Task<ConcurrentDictionary<string, int>> AttackAllAsync(int port, IReadOnlyCollection<Attack> attacks)
    {
        var acknowledged = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(attacks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (attack, _) =>
        {
            var replies = await RunAsync(port, attack);
            acknowledged[attack.Id] = replies.Count(static reply => reply.StartsWith("250 2.0.0 Ok, delivered", StringComparison.Ordinal));
            var isRight = attack.Dies
                ? replies is [['5', '5', '0', ..]]
                : replies is [['2', '5', '0', ..], ['2', '2', '1', ..]];
            if (!isRight)
                wrong.Add($"{attack.Name}: {string.Join(" / ", replies)}");
        });
        Assert.Empty(wrong);
        return acknowledged;
    }

    /// <summary>All replies after 354, up to the close.</summary>
    private static async Task<List<string>> RunAsync(int port, Attack attack)
    {
        using var client = new RawClient(port);
        await client.OpenAsync();
        await client.SayAsync("MAIL FROM:<a@example.net>", "250");
        await client.SayAsync($"RCPT TO:<user1@{attack.Domain}>", "250");
        await client.SayAsync("DATA", "354");
        try
        {
            foreach (var piece in attack.Pieces)
            {
                await client.SendAsync(piece);
                await client.WaitUntilReadAsync();
            }
        }
        catch (IOException)
        {
            // It was refused and has ended; the reply is read below.
        }

        var replies = new List<string>();
        while (await client.ReadAsync() is { Length: > 0 } reply)
            replies.Add(reply);
        return replies;
    }

    private static void Judge(IReadOnlyCollection<TakenMessage> taken, ConcurrentDictionary<string, int> acknowledged, IEnumerable<Attack> attacks)
    {
        Assert.DoesNotContain(taken, IsSmuggled);
        var expected = 0;
        foreach (var attack in attacks)
        {
            expected += acknowledged[attack.Id];
            var got = taken.Count(message => message.Text.Contains($"\nSubject: outer {attack.Id}\n", StringComparison.Ordinal));
            Assert.True(got == acknowledged[attack.Id], $"{attack.Name}: {acknowledged[attack.Id]} acknowledged, {got} taken");
        }

        Assert.NotEqual(0, expected);
        Assert.Equal(expected, taken.Count);
    }

    private static async Task<TakenMessage[]> PostfixMessagesAsync(PostfixServer postfix)
    {
        await postfix.WaitUntilDeliveredAsync(TimeSpan.FromSeconds(60));
        return [.. Directory.GetFiles(postfix.Maildir).Select(static file =>
        {
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            var from = text.Split('\n').First(static line => line.StartsWith("Return-Path: ", StringComparison.Ordinal))[13..];
            return new TakenMessage(from, text);
        })];
    }
}
