using System.Net;

namespace Garita.SenderAuth.Tests;

/// <summary>DNS from a dictionary; it counts what it is asked.</summary>
internal sealed class FakeDns : IDnsResolver
{
    private readonly Dictionary<(string Name, string Type), List<string>> _records = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);

    internal List<string> Asked { get; } = [];

    internal FakeDns Txt(string name, params string[] texts) => Add(name, "TXT", texts);

    internal FakeDns A(string name, params string[] addresses) => Add(name, "A", addresses);

    internal FakeDns Aaaa(string name, params string[] addresses) => Add(name, "AAAA", addresses);

    internal FakeDns Mx(string name, params string[] hosts) => Add(name, "MX", hosts);

    internal FakeDns Ptr(string address, params string[] names) => Add(address, "PTR", names);

    internal FakeDns Fail(string name)
    {
        _failing.Add(name);
        return this;
    }

    public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) => new(Find(name, "TXT"));

    public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => new(Addresses(name, "A"));

    public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => new(Addresses(name, "AAAA"));

    public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => new(Find(name, "MX"));

    public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => new(Find(address.ToString(), "PTR"));

    private FakeDns Add(string name, string type, string[] records)
    {
        _names.Add(name);
        _records[(name.ToLowerInvariant(), type)] = [.. records];
        return this;
    }

    private DnsRecords<IPAddress> Addresses(string name, string type)
    {
        var found = Find(name, type);
        return new(found.Outcome, [.. found.Records.Select(IPAddress.Parse)]);
    }

    private DnsRecords<string> Find(string name, string type)
    {
        Asked.Add($"{type} {name}");
        if (_failing.Contains(name))
            return DnsRecords.Without<string>(DnsOutcome.TempFail);
        return _records.TryGetValue((name.ToLowerInvariant(), type), out var records)
            ? new(DnsOutcome.NoError, records)
            : DnsRecords.Without<string>(_names.Contains(name) ? DnsOutcome.NoData : DnsOutcome.NxDomain);
    }
}
