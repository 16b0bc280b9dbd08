using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The 64-bit keys under which a decision is found again. The two top bits say of what:
/// session (62 bits of a hash), address (30 bits of the domain's hash, 32 of the local part's), IPv4 client (its 32 bits),
/// IPv6 client (its first 62 bits). So <c>@domain</c> and any network are a range of keys, and need no rows of their own;
/// the obvious other way, a row each for address, domain, /24 and /48, costs twice the time of a record.
/// A key only narrows: what is found under it is compared with the record itself (<see cref="Question"/>), so that a made collision hides nothing.
/// </summary>
internal static class MentionKeys
{
    private const ulong SessionKind = 0UL << 62;
    private const ulong AddressKind = 1UL << 62;
    private const ulong IPv4Kind = 2UL << 62;
    private const ulong IPv6Kind = 3UL << 62;

    /// <summary>Adds the keys of a record, each once.</summary>
    /// <param name="record">The record.</param>
    /// <param name="keys">Where they are added.</param>
    public static void Add(DecisionRecord record, List<long> keys)
    {
        var start = keys.Count;
        keys.Add(Session(record.Session));
        if (IPAddress.TryParse(record.Client, out var client))
            keys.Add(Network(new IPNetwork(client, BitsOf(client))).From);
        if (!string.IsNullOrEmpty(record.Sender))
            keys.Add(Address(record.Sender));
        foreach (var recipient in record.Recipients)
            keys.Add(Address(recipient.Address));

        // A list of recipients may name one twice, and the sender may write to itself.
        var own = CollectionsMarshal.AsSpan(keys)[start..];
        own.Sort();
        var kept = 0;
        for (var i = 0; i < own.Length; i++)
        {
            if (i == 0 || own[i] != own[kept - 1])
                own[kept++] = own[i];
        }

        keys.RemoveRange(start + kept, own.Length - kept);
    }

    /// <summary>Key of a session.</summary>
    public static long Session(string session) => (long)(SessionKind | (Hash(session) >> 2));

    /// <summary>Key of an address, in any case.</summary>
    public static long Address(ReadOnlySpan<char> address)
    {
        var at = address.LastIndexOf('@');
        var domain = at < 0 ? [] : address[(at + 1)..];
        var local = at < 0 ? address : address[..at];
        return (long)(Domain(domain) | (Hash(local) >> 32));
    }

    /// <summary>Keys of all addresses of a domain.</summary>
    public static (long From, long To) AddressesOf(ReadOnlySpan<char> domain)
    {
        var from = Domain(domain);
        return ((long)from, (long)(from | uint.MaxValue));
    }

    /// <summary>Keys of all clients in a network.</summary>
    public static (long From, long To) Network(IPNetwork network)
    {
        Span<byte> octets = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(octets, out _);
        if (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        {
            var v4 = IPv4Kind | BinaryPrimitives.ReadUInt32BigEndian(octets);
            return ((long)v4, (long)(v4 | (uint)(0xFFFF_FFFFUL >> network.PrefixLength)));
        }

        var v6 = IPv6Kind | (BinaryPrimitives.ReadUInt64BigEndian(octets) >> 2);
        var free = network.PrefixLength >= 62 ? 0 : ulong.MaxValue >> (2 + network.PrefixLength);
        return ((long)v6, (long)(v6 | free));
    }

    /// <summary>Bits of an address.</summary>
    public static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static ulong Domain(ReadOnlySpan<char> domain) => AddressKind | (Hash(domain) >> 34 << 32);

    // FNV-1a over the characters in ASCII lower case, with a final mix (the kinds take the upper bits). The value is on disk: it never changes.
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ (c is >= 'A' and <= 'Z' ? (uint)(c | 0x20) : c)) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}
