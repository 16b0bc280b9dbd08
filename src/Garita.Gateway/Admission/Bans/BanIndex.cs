using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// Bans by exact network. A client is looked for once under each prefix length that is in use: two for what rules make, and those few that
/// administrators chose. Looking is lock-free and allocates nothing; changes are made under the book's lock.
/// </summary>
internal sealed class BanIndex
{
    private readonly ConcurrentDictionary<BanKey, BanEntry> _entries = new();
    private readonly Dictionary<BanKey, int> _offenders = [];
    private readonly int[] _v4Counts = new int[33];
    private readonly int[] _v6Counts = new int[129];
    private byte[] _v4Lengths = [];
    private byte[] _v6Lengths = [];
    private int _count;
    private int _active;

    /// <summary>Bans and memories of bans.</summary>
    internal int Count => _count;

    /// <summary>Bans that have not ended.</summary>
    internal int Active => Volatile.Read(ref _active);

    internal IEnumerable<BanEntry> All => _entries.Select(static pair => pair.Value);

    /// <summary>The ban that a client is under, the widest of several; null for none.</summary>
    internal BanEntry? Find(IPAddress client, long now) => Find(new BanKey.Address(client), int.MaxValue, now);

    /// <summary>The ban that covers a whole network, the widest of several; null for none.</summary>
    internal BanEntry? Find(BanKey network, long now) => Find(new BanKey.Address(network.Bits, network.IsV4), network.Length, now);

    internal BanEntry? Get(BanKey network) => _entries.GetValueOrDefault(network);

    /// <summary>How many clients in an IPv4 /24 or IPv6 /48 offended, as far as they are remembered.</summary>
    internal int Offenders(BanKey wide) => _offenders.GetValueOrDefault(wide);

    internal void Set(BanKey key, BanEntry entry)
    {
        Remove(key);
        _entries[key] = entry;
        _count++;
        if (!entry.IsPast)
            _active++;
        CountOffender(key, entry, 1);
        CountLength(key, 1);
    }

    /// <summary>Notes that a ban has ended.</summary>
    internal void End(BanEntry entry)
    {
        entry.IsPast = true;
        // Only the step is needed from now on.
        entry.Ban = entry.Ban with { Reason = "" };
        _active--;
    }

    internal bool Remove(BanKey key)
    {
        if (!_entries.TryRemove(key, out var old))
            return false;
        _count--;
        if (!old.IsPast)
            _active--;
        CountOffender(key, old, -1);
        CountLength(key, -1);
        return true;
    }

    private BanEntry? Find(BanKey.Address address, int longest, long now)
    {
        foreach (var length in Volatile.Read(ref address.IsV4 ? ref _v4Lengths : ref _v6Lengths))
        {
            if (length <= longest && _entries.TryGetValue(address.Key(length), out var entry) && entry.Deadline > now)
                return entry;
        }

        return null;
    }

    private void CountOffender(BanKey key, BanEntry entry, int change)
    {
        if (!key.IsClient || entry.Ban.Origin != BanOrigin.Rule)
            return;
        var wide = key.Wide();
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_offenders, wide, out _);
        count += change;
        if (count == 0)
            _offenders.Remove(wide);
    }

    private void CountLength(BanKey key, int change)
    {
        var counts = key.IsV4 ? _v4Counts : _v6Counts;
        counts[key.Length] += change;
        if (counts[key.Length] != Math.Max(0, change))
            return;
        var lengths = Enumerable.Range(0, counts.Length).Where(length => counts[length] > 0).Select(static length => (byte)length).ToArray();
        Volatile.Write(ref key.IsV4 ? ref _v4Lengths : ref _v6Lengths, lengths);
    }
}
