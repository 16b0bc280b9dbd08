using System.Net;

namespace Garita.SenderAuth;

/// <summary>How a look-up ended.</summary>
public enum DnsOutcome : byte
{
    /// <summary>RCODE 0 with at least one record.</summary>
    NoError,
    /// <summary>RCODE 0 without a record of this type.</summary>
    NoData,
    /// <summary>RCODE 3: the name does not exist (RFC 8020).</summary>
    NxDomain,
    /// <summary>Any other RCODE, no answer, or none within the deadline.</summary>
    TempFail,
}

/// <summary>Records of one type. Whatever stands in them is the input of whoever owns the zone.</summary>
/// <typeparam name="T">The records' type.</typeparam>
/// <param name="Outcome">How the look-up ended.</param>
/// <param name="Records">The records; empty unless <see cref="DnsOutcome.NoError"/>.</param>
public readonly record struct DnsRecords<T>(DnsOutcome Outcome, IReadOnlyList<T> Records)
{
    /// <summary>Whether there is surely no record: a "void lookup" (RFC 7208 §4.6.4).</summary>
    public bool IsVoid => Outcome is DnsOutcome.NoData or DnsOutcome.NxDomain;
}

/// <summary>Makes answers.</summary>
public static class DnsRecords
{
    /// <summary>An answer without records.</summary>
    /// <typeparam name="T">The records' type.</typeparam>
    /// <param name="outcome">Why there is none.</param>
    public static DnsRecords<T> Without<T>(DnsOutcome outcome) => new(outcome, []);
}

/// <summary>
/// What sender authentication asks DNS. Names are printable ASCII without a trailing dot, in labels of 1 to 63 octets, at most 253 in all;
/// they need not be host names (<c>_spf</c>, macros), and one that cannot be asked is <see cref="DnsOutcome.NxDomain"/>.
/// Aliases are followed. Nothing is thrown for what DNS says or fails to say; past the deadline the answer is <see cref="DnsOutcome.TempFail"/>.
/// </summary>
public interface IDnsResolver
{
    /// <summary>TXT: each record's strings joined without a separator (RFC 7208 §3.3); octets above 127 are any character above 127.</summary>
    ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline);

    /// <summary>A: IPv4 addresses of a name.</summary>
    ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline);

    /// <summary>AAAA: IPv6 addresses of a name.</summary>
    ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline);

    /// <summary>MX: hosts in order of preference; an empty name for a null MX (RFC 7505).</summary>
    ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline);

    /// <summary>PTR: names of an address.</summary>
    ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline);
}
