using System.Net;
using System.Text;
using Garita.SenderAuth;
using Garita.SenderAuth.AuthenticationResults;
using Garita.SenderAuth.Dmarc;

namespace Garita.Fuzz;

/// <summary>
/// DMARC records and names. The first line is the author's domain, the second one that passed, each other one the record of the next name that is
/// asked for. Oracles: at most eight questions a walk; a pass only for a domain that is, or is below, one the author's domain is below too; never
/// more is asked than the record says; addresses are safe; whatever stands in the results field, it reads back as what was found, and as ours.
/// </summary>
public sealed class DmarcTarget : IFuzzTarget
{
    private const string OwnName = "mx.example.com";

    /// <inheritdoc/>
    public string Name => "dmarc";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "a.example.com\nb.example.com\n\nv=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; t=y; psd=n; fo=1:d; rua=mailto:a@example.com!10m,https://x/\n",
        "a.b.c.d.e.f.g.h.example\nexample\n\n\n\n\nv=DMARC1;p=none;psd=y\n", "x.test\n\"; dmarc=pass (\n v=DMARC1\nv=DMARC1; p=\nv = DMARC1 ; p = reject ; p=none", "mx.example.com\nMX.EXAMPLE.COM.\nv=DMARC1; p=reject; rua=mailto:a%40b@c,mailto:%0d%0a@x\n",
    ], Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n');
        var (author, passed) = (lines[0], lines.Length > 1 ? lines[1] : "");
        var dns = new Lines(lines);
        var outcome = DmarcCheck.RunAsync(new DmarcQuery(author, new Identifier(passed, IdentifierState.Passed), []), dns, CancellationToken.None).AsTask().GetAwaiter().GetResult();

        OracleException.ThrowUnless(dns.Questions <= 8 + 8 + 1, "more questions than two walks and one for the name");
        OracleException.ThrowUnless(outcome.Asked <= outcome.Policy && (outcome.Asked == DmarcPolicy.None || outcome.Result == DmarcResult.Fail), "more is asked than the record says");
        OracleException.ThrowUnless(outcome.Result is not (DmarcResult.Pass or DmarcResult.Fail) || outcome is { Record: not null, PolicyDomain: not null }, "a result without a record");
        OracleException.ThrowUnless(outcome.Result != DmarcResult.Pass || ShareAnEnd(passed, outcome.AuthorDomain), "a stranger passes");
        OracleException.ThrowUnless(
            outcome.Record?.AggregateAddresses.All(static one => Ascii.IsValid(one.ToString()) && !one.ToString().Any(char.IsControl)) != false, "an address that is not safe");
        CheckField(author, passed, outcome);
    }

    private static void CheckField(string author, string passed, DmarcOutcome outcome)
    {
        var field = AuthenticationResultsField.Write(
            OwnName, [new("spf", "pass", [new("smtp", "mailfrom", passed)], author), new("dmarc", outcome.Result.Name(), [new("header", "from", author)], outcome.Problem)], utf8: false);
        var lines = field.Split("\r\n");
        OracleException.ThrowUnless(lines[^1].Length == 0 && lines.Skip(1).SkipLast(1).All(static line => line.StartsWith('\t')) && Ascii.IsValid(field), "the field ends early");
        var value = field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..];
        OracleException.ThrowUnless(ForeignResults.ClaimsToBe(Encoding.ASCII.GetBytes(value), OwnName), "our own field is not ours");
        OracleException.ThrowUnless(
            string.Equals(ResultsText.ResultOf(value, "dmarc"), outcome.Result.Name(), StringComparison.Ordinal) && ResultsText.ResultOf(value, "spf") is "pass" && ResultsText.ResultOf(value, "arc") is null,
            "the field reads back as something else");
        _ = ForeignResults.ClaimsToBe(Encoding.Latin1.GetBytes(author + passed), OwnName);
    }

    private static bool ShareAnEnd(string passed, string author) =>
        passed.TrimEnd('.').Split('.')[^1].Equals(author.Split('.')[^1], StringComparison.OrdinalIgnoreCase) || !Ascii.IsValid(passed);

    private sealed class Lines(string[] lines) : IDnsResolver
    {
        private int _next = 2;

        internal int Questions { get; private set; }

        public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline)
        {
            Questions++;
            OracleException.ThrowUnless(name.Length <= 253 && Ascii.IsValid(name) && !name.Any(char.IsControl), "a name that DNS cannot carry");
            return new(_next < lines.Length && lines[_next++] is { Length: > 0 } text ? new DnsRecords<string>(DnsOutcome.NoError, [text]) : DnsRecords.Without<string>(DnsOutcome.NxDomain));
        }

        public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline)
        {
            Questions++;
            return new(DnsRecords.Without<IPAddress>(name.Length % 2 == 0 ? DnsOutcome.NxDomain : DnsOutcome.NoData));
        }

        public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => throw new NotSupportedException();
    }
}
