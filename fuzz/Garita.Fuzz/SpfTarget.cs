using System.Net;
using System.Text;
using Garita.SenderAuth;
using Garita.SenderAuth.Spf;

namespace Garita.Fuzz;

/// <summary>
/// SPF records of hostile domains (RFC 7208): parser, macros and evaluation at once. The first octet says who the client is and what DNS answers; then lines:
/// HELO name, reverse-path, and TXT records, of which any name has one. Oracles: it ends without waiting for anything and within the limits of §4.6.4;
/// only names that DNS can carry are asked; what is told is printable and bounded; errors, and nothing else, have a problem; the same again is the same;
/// and an outcome that is not personal holds for any local part and HELO name.
/// </summary>
public sealed class SpfTarget : IFuzzTarget
{
    // The first record; each term's own look-up and those of its names; the client's names; the explanation (RFC 7208 §4.6.4).
    private const int MostAsked = 1 + (SpfLimits.Terms * (1 + SpfLimits.Names)) + 1 + SpfLimits.Names + 1;

    private static readonly string[] Clients = ["192.0.2.1", "198.51.100.7", "2001:db8::1", "::ffff:192.0.2.1"];

    /// <inheritdoc/>
    public string Name => "spf";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Seed(0, "h.example", "a@x.example", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"),
        Seed(1, "h.example", "a@x.example", "v=spf1 a mx/24//64 a:b.example//64 ptr ?all", "v=spf1 include:c.example ~all"),
        Seed(2, "h.example", "", "v=spf1 exists:%{ir}.%{v}._spf.%{d2} include:%{d1r}.example redirect=_spf.%{d}", "v=spf1 +mx:%{h} ptr:%{o} -all"),
        Seed(7, "h.example", "strong-bad@email.example.com", "v=spf1 exists:%{l1r-}.%{L}.%{S}.%{p}.example exp=%{ir}.%{d} -all", "%{s} of %{d}: %{i} %{c} %{r} %{t}%%%_%-", "v=spf1 -all exp=e.example"),
        Seed(12, "[192.0.2.1]", "a@b@c.example", "v=spf1 include:a.example include:b.example include:c.example redirect=d.example", "v=spf1 a a a a a a a a a a a"),
        Seed(21, "h", "@x.example.", "v=spf1 moo.cow-far_out=man:dog/cat ip4:1.2.3.4/33 a:/0", "v=spf2.0/pra ?all", "v=spf1\tall"),
    ];

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var lines = Encoding.Latin1.GetString(input[1..]).Split('\n');
        var client = IPAddress.Parse(Clients[input[0] % Clients.Length]);
        var (helo, mailFrom) = (lines[0], lines.Length > 1 ? lines[1] : "");
        var zone = new Zone(lines.Length > 2 ? lines[2..] : [""], input[0]);

        var outcome = Check(client, helo, mailFrom, zone);
        Judge(outcome, zone);
        OracleException.ThrowUnless(outcome == Check(client, helo, mailFrom, zone), "the same check ends differently");
        var at = mailFrom.LastIndexOf('@');
        if (outcome.IsPersonal || at < 0 || mailFrom.Length > 300)
            return;
        var other = Check(client, "other.example", string.Concat("other", mailFrom.AsSpan(at)), zone);
        OracleException.ThrowUnless(other.Result == outcome.Result, "an outcome for all does not hold for another");
    }

    private static void Judge(SpfOutcome outcome, Zone zone)
    {
        OracleException.ThrowUnless(outcome.Lookups <= SpfLimits.Terms && outcome.VoidLookups <= SpfLimits.VoidLookups + 1, "more look-ups than the limits allow");
        OracleException.ThrowUnless(zone.Asked <= MostAsked, $"asked DNS {zone.Asked} times");
        OracleException.ThrowUnless(IsPrintable(outcome.Mechanism, SpfLimits.Mechanism) && IsPrintable(outcome.Explanation, SpfLimits.Explanation), "a text that is not safe");
        OracleException.ThrowUnless(outcome.Problem is not null == outcome.Result is SpfResult.TempError or SpfResult.PermError, "a problem that does not fit the result");
        OracleException.ThrowUnless(outcome.Explanation is null || outcome.Result == SpfResult.Fail, "an explanation of no fail");
    }

    private static bool IsPrintable(string? text, int most) => text is null || (text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'));

    private static SpfOutcome Check(IPAddress client, string helo, string mailFrom, Zone zone)
    {
        zone.Asked = 0;
        var check = SpfCheck.RunAsync(new SpfQuery(client, helo, mailFrom, "mx.example.com", DateTimeOffset.UnixEpoch), zone, CancellationToken.None);
        if (check.IsCompletedSuccessfully)
            return check.Result;
        OracleException.ThrowUnless(check.IsCompleted, "it waits although every answer was there");
        throw new OracleException($"it throws: {check.AsTask().Exception}");
    }

    private static byte[] Seed(byte first, params string[] lines) => [first, .. Encoding.Latin1.GetBytes(string.Join('\n', lines))];

    /// <summary>DNS in which every name has an answer of each type, decided by the name's octets.</summary>
    private sealed class Zone(string[] records, byte variant) : IDnsResolver
    {
        private static readonly string[][] Hosts = [["mx.example"], ["a.example", "b.example", "", "c.d.example"], [.. Enumerable.Range(0, 12).Select(static i => $"h{i}.example")]];

        private static readonly IPAddress[] Fours = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("203.0.113.9")];
        private static readonly IPAddress[] Sixes = [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8:ffff::9")];

        internal int Asked { get; set; }

        public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline)
        {
            var number = Ask(name, 1);
            return Failing(number) is { } outcome ? new(DnsRecords.Without<string>(outcome)) : new(new DnsRecords<string>(DnsOutcome.NoError, number % 13 == 0 ? records : [records[number % (uint)records.Length]]));
        }

        public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => new(Addresses(Ask(name, 2), Fours));

        public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => new(Addresses(Ask(name, 3), Sixes));

        public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => new(Names(Ask(name, 4)));

        public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline)
        {
            Asked++;
            return new(Names(variant));
        }

        private static DnsRecords<IPAddress> Addresses(uint number, IPAddress[] addresses) =>
            Failing(number) is { } outcome ? DnsRecords.Without<IPAddress>(outcome) : new(DnsOutcome.NoError, addresses[(int)(number % 2)..]);

        private static DnsRecords<string> Names(uint number) =>
            Failing(number) is { } outcome ? DnsRecords.Without<string>(outcome) : new(DnsOutcome.NoError, Hosts[number % Hosts.Length]);

        private static DnsOutcome? Failing(uint number) => ((number >> 8) % 16) switch
        {
            0 => (DnsOutcome?)DnsOutcome.NoData,
            1 => DnsOutcome.NxDomain,
            2 => DnsOutcome.TempFail,
            _ => null,
        };

        // FNV-1a over what decides the answer; names are the same in any case.
        private uint Ask(string name, uint type)
        {
            Asked++;
            OracleException.ThrowUnless(name.Length is > 2 and <= 253 && !name.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a name that DNS cannot carry");
            OracleException.ThrowUnless(name.Split('.').All(static label => label.Length is > 0 and <= 63), "a label that DNS cannot carry");
            var number = (2166136261u ^ type ^ ((uint)variant << 8)) * 16777619u;
            foreach (var c in name)
                number = (number ^ char.ToLowerInvariant(c)) * 16777619u;
            return number ^ (number >> 15);
        }
    }
}
