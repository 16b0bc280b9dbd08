using System.Net;
using System.Net.Sockets;
using Garita.SenderAuth.Spf;

namespace Garita.SenderAuth.Tests.Spf;

/// <summary>
/// Zone data of the suite. What it calls SPF records are TXT records unless the name has TXT of its own; <c>NONE</c> is such a one without content.
/// <c>TIMEOUT</c> is what every type answers that has no record.
/// </summary>
internal sealed class SuiteZone : IDnsResolver
{
    private readonly Dictionary<string, List<(string Type, IReadOnlyList<string> Value)>> _names = new(StringComparer.OrdinalIgnoreCase);

    internal void Add(string name, string type, IReadOnlyList<string> value)
    {
        if (!_names.TryGetValue(name, out var records))
            _names[name] = records = [];
        records.Add((type, value));
    }

    public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) => new(Find(name, "TXT", static value => string.Concat(value)));

    public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => new(Find(name, "A", static value => IPAddress.Parse(value[0])));

    public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => new(Find(name, "AAAA", static value => IPAddress.Parse(value[0])));

    public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => new(Find(name, "MX", static value => value[1]));

    public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline)
    {
        var zone = address.AddressFamily == AddressFamily.InterNetwork ? ".in-addr.arpa" : ".ip6.arpa";
        return new(Find(string.Join('.', MacroExpander.Dotted(address).Split('.').Reverse()) + zone, "PTR", static value => value[0]));
    }

    private DnsRecords<T> Find<T>(string name, string type, Func<IReadOnlyList<string>, T> read)
    {
        for (var aliases = 0; aliases < 8; aliases++)
        {
            if (!_names.TryGetValue(name.TrimEnd('.'), out var records))
                return DnsRecords.Without<T>(DnsOutcome.NxDomain);
            var alias = records.Find(static record => record.Type is "CNAME");
            if (alias.Type is not null)
            {
                name = alias.Value[0];
                continue;
            }

            var wanted = type is "TXT" && !records.Exists(static record => record.Type is "TXT") ? "SPF" : type;
            var found = records.Where(record => string.Equals(record.Type, wanted, StringComparison.Ordinal) && record.Value is not ["NONE"]).Select(record => read(record.Value)).ToList();
            if (found.Count > 0)
                return new(DnsOutcome.NoError, found);
            return DnsRecords.Without<T>(records.Exists(static record => record.Type is "TIMEOUT") ? DnsOutcome.TempFail : DnsOutcome.NoData);
        }

        return DnsRecords.Without<T>(DnsOutcome.TempFail);
    }
}
