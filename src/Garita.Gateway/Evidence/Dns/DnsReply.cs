using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>Makes checked answers of what a resolver sent. Whatever stands in a zone is its owner's input, hostile until checked.</summary>
internal static class DnsReply
{
    /// <summary>Most names of an address that are looked at; shared hosts have hundreds.</summary>
    internal const int MostNames = 10;

    /// <summary>Most records of another type that are looked at.</summary>
    internal const int MostRecords = 32;

    private const int MostText = 65_536;

    private static readonly TimeSpan MostKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan NegativeKept = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(10);

    internal static DnsAnswer<string> Names(IDnsQueryResponse reply)
    {
        var names = new List<string>();
        var ttl = MostKept;
        foreach (var record in reply.Answers.PtrRecords().Take(MostNames))
        {
            ttl = Shorter(ttl, record);
            if (HostName.Normalize(record.PtrDomainName.Value) is { } name && !names.Contains(name, StringComparer.Ordinal))
                names.Add(name);
        }

        return Make(reply, names, ttl);
    }

    internal static DnsAnswer<IPAddress> Addresses(IDnsQueryResponse reply)
    {
        var addresses = new List<IPAddress>();
        var ttl = MostKept;
        foreach (var record in reply.Answers.AddressRecords().Take(MostRecords))
        {
            ttl = Shorter(ttl, record);
            addresses.Add(record.Address);
        }

        return Make(reply, addresses, ttl);
    }

    internal static DnsAnswer<MxRecord> Exchangers(IDnsQueryResponse reply)
    {
        var exchangers = new List<MxRecord>();
        var ttl = MostKept;
        var hasNull = false;
        foreach (var record in reply.Answers.MxRecords().Take(MostRecords))
        {
            ttl = Shorter(ttl, record);
            if (record.Exchange.Value is "." or "")
                hasNull = true;
            else if (HostName.Normalize(record.Exchange.Value) is { } host)
                exchangers.Add(new MxRecord(record.Preference, host));
        }

        // RFC 7505 §3: a null MX stands alone; beside others it means nothing.
        if (hasNull && exchangers.Count == 0)
            exchangers.Add(new MxRecord(0, ""));
        exchangers.Sort(static (a, b) => a.Preference.CompareTo(b.Preference));
        return Make(reply, exchangers, ttl);
    }

    internal static DnsAnswer<string> Texts(IDnsQueryResponse reply)
    {
        var texts = new List<string>();
        var ttl = MostKept;
        var characters = 0;
        foreach (var record in reply.Answers.TxtRecords())
        {
            ttl = Shorter(ttl, record);
            // RFC 7208 §3.3, RFC 6376 §3.6.2.2: joined without a separator.
            var text = string.Concat(record.Text);
            characters += text.Length;
            texts.Add(text);
        }

        return characters > MostText ? Failed<string>() : Make(reply, texts, ttl);
    }

    /// <summary>The answer of two look-ups for one name: found wins, then failed, since what failed may have held records.</summary>
    internal static DnsAnswer<IPAddress> Both(in DnsAnswer<IPAddress> four, in DnsAnswer<IPAddress> six)
    {
        var ttl = four.TimeToLive < six.TimeToLive ? four.TimeToLive : six.TimeToLive;
        if (four.Status == DnsStatus.Found || six.Status == DnsStatus.Found)
            return new(DnsStatus.Found, [.. four.Records, .. six.Records], ttl);
        if (four.Status == DnsStatus.Failed || six.Status == DnsStatus.Failed)
            return Failed<IPAddress>();
        // RFC 8020: a name that does not exist has no records of any type.
        return new(four.Status == DnsStatus.NoName || six.Status == DnsStatus.NoName ? DnsStatus.NoName : DnsStatus.NoData, [], ttl);
    }

    internal static DnsAnswer<T> Failed<T>() => new(DnsStatus.Failed, [], FailureKept);

    internal static DnsAnswer<T> NoName<T>() => new(DnsStatus.NoName, [], NegativeKept);

    private static DnsAnswer<T> Make<T>(IDnsQueryResponse reply, List<T> records, TimeSpan ttl) => reply.Header.ResponseCode switch
    {
        DnsHeaderResponseCode.NoError when records.Count > 0 => new(DnsStatus.Found, records, ttl),
        DnsHeaderResponseCode.NoError => new(DnsStatus.NoData, [], Negative(reply)),
        DnsHeaderResponseCode.NotExistentDomain => new(DnsStatus.NoName, [], Negative(reply)),
        _ => Failed<T>(),
    };

    private static TimeSpan Shorter(TimeSpan ttl, DnsResourceRecord record) => TimeSpan.FromSeconds(Math.Clamp((long)record.InitialTimeToLive, 0, (long)ttl.TotalSeconds));

    // RFC 2308 §5: the SOA says how long a no may be kept; here never longer than a minute, since new senders set their zones up in a hurry.
    private static TimeSpan Negative(IDnsQueryResponse reply)
    {
        var ttl = NegativeKept;
        foreach (var soa in reply.Authorities.SoaRecords())
            ttl = TimeSpan.FromSeconds(Math.Clamp(Math.Min((long)soa.Minimum, soa.InitialTimeToLive), 0, (long)ttl.TotalSeconds));
        return ttl;
    }
}
