using System.Net;
using Garita.SenderAuth;

namespace Garita.SignatureBench;

/// <summary>Key records from memory: DNS that is warm.</summary>
internal sealed class Keys(Dictionary<string, string> records) : IDnsResolver
{
    internal Dictionary<string, string> Records => records;

    public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) => new(new DnsRecords<string>(DnsOutcome.NoError, [records[name]]));

    public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => throw new NotSupportedException();

    public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => throw new NotSupportedException();

    public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => throw new NotSupportedException();

    public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => throw new NotSupportedException();
}
