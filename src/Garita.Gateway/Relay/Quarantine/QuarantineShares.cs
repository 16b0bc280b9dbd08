using System.Collections.Concurrent;
using Garita.Gateway.Alarms;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What each tenant has in the quarantine, and the alarm when that is all it may have. Thread-safe; it only counts.</summary>
internal sealed class QuarantineShares(IAlarms alarms)
{
    private readonly ConcurrentDictionary<string, Share> _shares = new(StringComparer.Ordinal);

    /// <summary>Tenants that have, or had, something.</summary>
    internal IReadOnlyList<string> Tenants => [.. _shares.Keys];

    internal IReadOnlyList<QuarantineTotal> Totals() =>
        [.. _shares.Where(static share => share.Value.Messages > 0).OrderBy(static share => share.Key, StringComparer.Ordinal).Select(static share => new QuarantineTotal(share.Key, share.Value.Messages, share.Value.Octets))];

    /// <summary>Takes room for a message, if there is as much.</summary>
    internal bool TryTake(string tenant, long room, long most)
    {
        var share = _shares.GetOrAdd(tenant, static _ => new Share());
        lock (share)
        {
            if (share.Octets + room <= most)
            {
                share.Octets += room;
                share.Messages++;
                return true;
            }

            share.IsFull = true;
        }

        alarms.Raise(new Alarm(AlarmKind.QuarantineFull, tenant, "The quarantine is full: mail for it is put off. Release or delete messages, or raise max_size.", tenant));
        return false;
    }

    /// <summary>Counts a message that is there.</summary>
    internal void Add(string tenant, long room) => TryTake(tenant, room, long.MaxValue);

    /// <summary>Names a tenant that has entries, though none of them takes room.</summary>
    internal void Know(string tenant) => _shares.GetOrAdd(tenant, static _ => new Share());

    /// <summary>Gives room back.</summary>
    internal void Give(string tenant, long room)
    {
        var share = _shares.GetOrAdd(tenant, static _ => new Share());
        lock (share)
        {
            share.Octets -= room;
            share.Messages--;
        }
    }

    /// <summary>Forgets all, to be counted anew.</summary>
    internal void Clear() => _shares.Clear();

    /// <summary>Tells the end of the alarm where a tenth is free again.</summary>
    internal void Look(string tenant, long most)
    {
        if (!_shares.TryGetValue(tenant, out var share))
            return;
        lock (share)
        {
            if (!share.IsFull || share.Octets > most / 10 * 9)
                return;
            share.IsFull = false;
        }

        alarms.Raise(new Alarm(AlarmKind.QuarantineFull, tenant, "The quarantine has room again.", tenant, IsOver: true));
    }

    private sealed class Share
    {
        internal long Octets;
        internal int Messages;
        internal bool IsFull;
    }
}
