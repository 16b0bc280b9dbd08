using System.Net;
using System.Net.Sockets;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>How a look-up ended.</summary>
public enum DnsStatus : byte
{
    /// <summary>There are records.</summary>
    Found,
    /// <summary>The name exists without records of this type.</summary>
    NoData,
    /// <summary>The name does not exist (RFC 8020).</summary>
    NoName,
    /// <summary>No answer in time, SERVFAIL, or an answer that could not be read.</summary>
    Failed,
}

/// <summary>An MX record.</summary>
/// <param name="Preference">Lower is preferred.</param>
/// <param name="Exchange">Host in lower case without trailing dot; empty for a null MX (RFC 7505).</param>
public readonly record struct MxRecord(int Preference, string Exchange);

/// <summary>Records of one type and how the look-up ended.</summary>
/// <typeparam name="T">The records' type.</typeparam>
/// <param name="Status">How it ended.</param>
/// <param name="Records">The records, checked; empty unless found.</param>
/// <param name="TimeToLive">How much longer the answer may be kept; zero where it is not known.</param>
public readonly record struct DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records, TimeSpan TimeToLive = default);

/// <summary>
/// Looks names up, within one deadline a name, with a cache for yes and no. Never throws for what DNS says or fails to say.
/// </summary>
public interface IDnsResolver
{
    /// <summary>Names of an address, letters, digits, hyphen and dot only, at most 255 octets, lower case.</summary>
    ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address);

    /// <summary>IPv4 and IPv6 addresses of a name.</summary>
    ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name);

    /// <summary>Addresses of a name in one family; names need not be host names (<see cref="QueryName"/>).</summary>
    ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family);

    /// <summary>Texts of a name, each record's strings joined (RFC 7208 §3.3), as they stand in the zone; more than 64 KiB of them are a failure.</summary>
    ValueTask<DnsAnswer<string>> TextsAsync(string name);

    /// <summary>Mail exchangers of a domain.</summary>
    ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain);
}

/// <summary>What DNS says of a client's address.</summary>
/// <param name="Status">How the PTR look-up ended.</param>
/// <param name="Name">The forward-confirmed name, or else the first name; null for none.</param>
/// <param name="Confirmed">Whether the name leads back to the address (RFC 8601 §3 iprev).</param>
/// <param name="ForwardFailed">Whether the way back could not be looked up.</param>
public sealed record ReverseDnsFact(DnsStatus Status, string? Name, bool Confirmed, bool ForwardFailed);

/// <summary>Addresses of a name.</summary>
/// <param name="Status">How the look-up ended.</param>
/// <param name="HasAddresses">Whether there is one.</param>
public sealed record AddressFact(DnsStatus Status, bool HasAddresses);

/// <summary>Whether a domain can get mail.</summary>
public enum MailDomainStatus : byte
{
    /// <summary>It has MX, A or AAAA.</summary>
    Reachable,
    /// <summary>Null MX (RFC 7505).</summary>
    NullMx,
    /// <summary>The name exists but has no MX, A or AAAA.</summary>
    NoRecords,
    /// <summary>The name does not exist.</summary>
    NoName,
    /// <summary>DNS did not say.</summary>
    Failed,
}

/// <summary>What DNS says of a sender's domain.</summary>
/// <param name="Status">Whether it can get mail.</param>
public sealed record MailDomainFact(MailDomainStatus Status);
