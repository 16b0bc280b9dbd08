using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Admission;

/// <summary>
/// Whom we know: networks (IPv4 /24, IPv6 /48) and sender domains that passed SPF, from which mail was accepted, untagged, on two days
/// within ninety. The one definition of trust serves eviction, greeting delay, harvest and bans. Only accepted mail makes an entry, so that a
/// flood makes none; kept in the ledger, written at most once a day for each.
/// </summary>
internal sealed class TrustBook(ILedger ledger, TimeProvider time)
{
    /// <summary>For so many days accepted mail counts.</summary>
    internal const int Days = 90;

    /// <summary>At most so many networks and domains are known; the longest unheard of goes first.</summary>
    internal const int Most = 200_000;

    private readonly ConcurrentDictionary<Key, Seen> _seen = new();
    private readonly Lock _trimming = new();

    /// <summary>What is known.</summary>
    internal enum Kind : byte
    {
        Network,
        Domain,
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(Kind Kind, ulong Value);

    /// <summary>The last day with accepted mail and the last one before it, as day numbers; 0 for none.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Seen(int Last, int Before);

    private int Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;

    /// <summary>Fills the book from the ledger.</summary>
    internal async Task LoadAsync()
    {
        foreach (var known in (await ledger.TrustAsync()).Where(static known => known.Kind is (byte)Kind.Network or (byte)Kind.Domain))
            _seen.TryAdd(new Key((Kind)known.Kind, unchecked((ulong)known.Key)), new Seen(known.Last, known.Before));
    }

    /// <summary>Whether a client's network is trusted: it is listed, or it brought mail on two days.</summary>
    internal bool IsTrusted(IPAddress client, NetworkSettings networks)
    {
        for (var i = 0; i < networks.Trusted.Count; i++)
        {
            if (networks.Trusted[i].Contains(client))
                return true;
        }

        return IsTrusted(new Key(Kind.Network, ClientNetwork.NetworkKey(client)));
    }

    /// <summary>Whether a sender domain is trusted. Only to be asked of one that passed SPF.</summary>
    internal bool IsTrusted(string domain) => IsTrusted(new Key(Kind.Domain, Hash(domain)));

    /// <summary>Whether any mail was accepted from the client's network within ninety days.</summary>
    internal bool IsKnown(IPAddress client) => IsKnown(new Key(Kind.Network, ClientNetwork.NetworkKey(client)));

    /// <summary>Whether any mail was accepted from a domain within ninety days. Only to be asked of one that passed SPF.</summary>
    internal bool IsKnown(string domain) => IsKnown(new Key(Kind.Domain, Hash(domain)));

    /// <summary>Mail was accepted by the mail server, untagged, and not to <c>postmaster</c> alone.</summary>
    /// <param name="client">From whom.</param>
    /// <param name="domain">The sender domain in lower case where SPF passed, else null.</param>
    internal void Accepted(IPAddress client, string? domain)
    {
        Note(new Key(Kind.Network, ClientNetwork.NetworkKey(client)));
        if (domain is not null)
            Note(new Key(Kind.Domain, Hash(domain)));
    }

    private bool IsTrusted(Key key) => _seen.TryGetValue(key, out var seen) && seen.Before != 0 && Today - seen.Before <= Days && Today - seen.Last <= Days;

    private bool IsKnown(Key key) => _seen.TryGetValue(key, out var seen) && Today - seen.Last <= Days;

    private void Note(Key key)
    {
        var today = Today;
        if (_seen.TryGetValue(key, out var seen) && seen.Last == today)
            return;
        // A day that has not come was noted by a clock that was wrong: it must not keep days from counting until it comes.
        var now = new Seen(today, seen.Last < today ? seen.Last : seen.Before < today ? seen.Before : 0);
        _seen[key] = now;
        ledger.Remember(new RememberedTrust((byte)key.Kind, unchecked((long)key.Value), now.Last, now.Before));
        if (_seen.Count > Most)
            Trim();
    }

    private void Trim()
    {
        lock (_trimming)
        {
            if (_seen.Count <= Most)
                return;
            foreach (var old in _seen.ToArray().OrderBy(static entry => entry.Value.Last).Take(Most / 10))
                _seen.TryRemove(old.Key, out _);
        }
    }

    private static ulong Hash(string domain)
    {
        Span<byte> digest = stackalloc byte[32];
        Span<byte> octets = stackalloc byte[256];
        // Domains are ASCII of at most 255 octets (RFC 1035 §2.3.4); anything else goes the long way.
        if (Encoding.UTF8.TryGetBytes(domain, octets, out var length))
            SHA256.HashData(octets[..length], digest);
        else
            SHA256.HashData(Encoding.UTF8.GetBytes(domain), digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }
}
