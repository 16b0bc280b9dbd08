using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Admission;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Counters;

/// <summary>What a try is to the greylist.</summary>
internal enum GreylistTry : byte
{
    /// <summary>The first one, or the one before is too long ago.</summary>
    First,
    /// <summary>Too soon after the first.</summary>
    TooSoon,
    /// <summary>It came again as mail servers do, now or lately.</summary>
    Passed,
}

/// <summary>
/// First tries of suspicious senders (RFC 6647), keyed on the sender's domain where SPF passed, since big providers try again from other
/// addresses, else on the network, with sender and recipient. Bounded, the longest idle go first. First tries are lost at a restart, which
/// costs their senders one more; who has passed is kept in the ledger.
/// </summary>
internal sealed class Greylist(ILedger ledger, TimeProvider time)
{
    /// <summary>At most so many first tries, and so many that have passed.</summary>
    internal const int Most = 200_000;

    private readonly OldestFirst<long> _tries = new(Most);
    private readonly OldestFirst<int> _passed = new(Most);
    private readonly Lock _gate = new();

    private int Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;

    /// <summary>Fills it from the ledger.</summary>
    internal async Task LoadAsync()
    {
        var kept = await ledger.TrustAsync();
        lock (_gate)
        {
            // The latest first: they are to be the last to go.
            foreach (var known in kept.Where(static known => known.Kind == RememberedTrust.Greylisted).Take(Most).Reverse())
                _passed.Set(unchecked((ulong)known.Key), known.Last);
        }
    }

    /// <summary>A try.</summary>
    /// <param name="client">The client.</param>
    /// <param name="passedDomain">The sender's domain in lower case where SPF passed, else null.</param>
    /// <param name="sender">The reverse-path; empty for the null one.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="settings">How long is waited.</param>
    internal GreylistTry Note(IPAddress client, string? passedDomain, string sender, string recipient, GreylistSettings settings)
    {
        var key = Key(client, passedDomain, sender, recipient);
        var now = time.GetTimestamp();
        var today = Today;
        lock (_gate)
        {
            // A clock that was put back makes nobody known for ever.
            if (_passed.TryGet(key, out var last) && today - last <= settings.Keep.TotalDays && last - today <= 1)
            {
                if (last < today)
                    Keep(key, today);
                return GreylistTry.Passed;
            }

            if (!_tries.TryGet(key, out var first) || time.GetElapsedTime(first, now) > settings.Until)
            {
                _tries.Set(key, now);
                return GreylistTry.First;
            }

            if (time.GetElapsedTime(first, now) < settings.After)
                return GreylistTry.TooSoon;
            Keep(key, today);
            return GreylistTry.Passed;
        }
    }

    private void Keep(ulong key, int today)
    {
        _passed.Set(key, today);
        ledger.Remember(new RememberedTrust(RememberedTrust.Greylisted, unchecked((long)key), today, 0));
    }

    private static ulong Key(IPAddress client, string? passedDomain, string sender, string recipient)
    {
        // The same after a restart, so no keyed hash: who makes two of its own triplets equal gains nothing.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> network = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(network, passedDomain is null ? ClientNetwork.NetworkKey(client) : 0);
        hash.AppendData(network);
        foreach (var part in (ReadOnlySpan<string>)[passedDomain ?? "", sender.ToLowerInvariant(), recipient.ToLowerInvariant()])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return MemoryMarshal.Read<ulong>(digest);
    }
}
