using System.Net;
using CsCheck;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

public sealed class RandomRecordTests
{
    [Fact]
    public void No_record_throws_and_none_gets_past_the_limits() =>
        Gen.Select(RandomRecords.AnyRecord.Array[4], Gen.OneOf("192.0.2.1", "203.0.113.1", "2001:db8::1"), Gen.String, Gen.String).Sample((records, client, helo, local) =>
        {
            var dns = RandomRecords.Zone(records);
            var outcome = Run(new SpfQuery(IPAddress.Parse(client), helo, local + "@a.example"), dns);
            Assert.InRange(outcome.Lookups, 0, SpfLimits.Terms);
            Assert.InRange(outcome.VoidLookups, 0, SpfLimits.VoidLookups + 1);
            // First record, a term's own look-up and ten addresses each, the client's names, the explanation.
            Assert.InRange(dns.Asked.Count, 0, 1 + SpfLimits.Terms * (1 + SpfLimits.Names) + 1 + SpfLimits.Names + 1);
            Assert.InRange(outcome.Explanation?.Length ?? 0, 0, SpfLimits.Explanation);
            Assert.InRange(outcome.Mechanism?.Length ?? 0, 0, SpfLimits.Mechanism);
            Assert.All((string?[])[outcome.Explanation, outcome.Mechanism], static text => Assert.DoesNotContain(text ?? "", static c => c is < ' ' or > '~'));
            Assert.Equal(outcome.Result is SpfResult.TempError or SpfResult.PermError, outcome.Problem is not null);
            Assert.All(dns.Asked.Where(static asked => !asked.StartsWith("PTR", StringComparison.Ordinal)), static asked => Assert.True(TargetName.IsMultiLabel(asked.AsSpan(asked.IndexOf(' ', StringComparison.Ordinal) + 1))));
        });

    [Fact]
    public void A_record_is_read_the_same_whatever_spaces_stand_between_its_terms() =>
        Gen.Select(RandomRecords.AnyRecord, Gen.Int[1, 4]).Sample((record, spaces) =>
        {
            var one = SpfRecord.Parse(record, out _);
            var other = SpfRecord.Parse(record.Replace(" ", new string(' ', spaces), StringComparison.Ordinal) + new string(' ', spaces), out _);
            Assert.Equal(one is null, other is null);
            if (one is not null)
                Assert.Equal(one.Directives.Select(static directive => directive.Text), other!.Directives.Select(static directive => directive.Text), StringComparer.Ordinal);
        });

    // The fake answers at once, so this never waits.
    private static SpfOutcome Run(SpfQuery query, FakeDns dns)
    {
        var run = SpfCheck.RunAsync(query, dns, CancellationToken.None);
        return run.IsCompletedSuccessfully ? run.Result : throw new InvalidOperationException("not at once");
    }
}
