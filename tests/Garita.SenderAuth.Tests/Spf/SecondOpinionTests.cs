using System.Net;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using ARSoft.Tools.Net.Spf;
using CsCheck;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

/// <summary>
/// Another implementation on the same random records. It knows no limit of void look-ups, so what we end for that reason is not compared,
/// and neither is which of two errors is found first.
/// </summary>
public sealed class SecondOpinionTests
{
    [Fact]
    public async Task Both_say_the_same() =>
        await Gen.Select(RandomRecords.PlainRecord.Array[4], Gen.OneOf("192.0.2.1", "198.51.100.2", "203.0.113.1", "2001:db8::1")).SampleAsync(async (records, client) =>
        {
            var dns = RandomRecords.Zone(records);
            var ours = await SpfCheck.RunAsync(new SpfQuery(IPAddress.Parse(client), "h.example", "u@a.example"), dns, CancellationToken.None);
            if (ours.VoidLookups > SpfLimits.VoidLookups)
                return;
            var validator = new SpfValidator { DnsResolver = new Resolver(dns), HeloDomain = DomainName.Parse("h.example") };
            var theirs = await validator.CheckHostAsync(IPAddress.Parse(client), DomainName.Parse("a.example"), "u@a.example", false, CancellationToken.None);
            Assert.Equal(ours.Result.ToString(), theirs.Result.ToString(), ignoreCase: true);
        }, iter: 2000, threads: 1);

    private sealed class Resolver(FakeDns dns) : ARSoft.Tools.Net.Dns.IDnsResolver
    {
        public List<T> Resolve<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet)
            where T : DnsRecordBase => throw new NotSupportedException();

        public async Task<List<T>> ResolveAsync<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet, CancellationToken token = default)
            where T : DnsRecordBase
        {
            var text = name.ToString().TrimEnd('.');
            IEnumerable<DnsRecordBase> records = recordType switch
            {
                RecordType.Txt => (await dns.TextAsync(text, token)).Records.Select(one => new TxtRecord(name, 60, one)),
                RecordType.A => (await dns.Ipv4Async(text, token)).Records.Select(one => new ARecord(name, 60, one)),
                RecordType.Aaaa => (await dns.Ipv6Async(text, token)).Records.Select(one => new AaaaRecord(name, 60, one)),
                RecordType.Mx => (await dns.MailExchangersAsync(text, token)).Records.Select(one => new MxRecord(name, 60, 10, DomainName.Parse(one))),
                _ => [],
            };
            return [.. records.Cast<T>()];
        }

        public void ClearCache()
        {
        }

        public void Dispose()
        {
        }
    }
}
