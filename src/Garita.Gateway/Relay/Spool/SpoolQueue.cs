using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Spool;

/// <summary>
/// The spooled messages of one tenant and what is known of its mail server: while that is down, one message goes as a probe, at growing
/// distances; once it answers, the others follow, oldest first. Not thread-safe: the spool's lock guards it. It decides, and does nothing itself.
/// </summary>
internal sealed class SpoolQueue(string tenant, TimeProvider time)
{
    /// <summary>Messages that may be on their way to one tenant at once, so that new mail finds connections.</summary>
    internal const int MostAtOnce = 8;

    private static readonly Comparer<SpoolEntry> ByArrival = Comparer<SpoolEntry>.Create(static (one, other) => one.Id.Value.CompareTo(other.Id.Value));
    private static readonly Comparer<SpoolEntry> ByTime =
        Comparer<SpoolEntry>.Create(static (one, other) => one.Next != other.Next ? one.Next.CompareTo(other.Next) : one.Id.Value.CompareTo(other.Id.Value));

    private readonly Dictionary<SpoolId, SpoolEntry> _all = [];
    private readonly SortedSet<SpoolEntry> _arrivals = new(ByArrival);
    private readonly SortedSet<SpoolEntry> _ready = new(ByArrival);
    private readonly SortedSet<SpoolEntry> _waiting = new(ByTime);
    private readonly Queue<SpoolEntry> _urgent = new();
    private int _failures;
    private long _probeAt = long.MinValue;

    internal string Tenant { get; } = tenant;

    /// <summary>Its settings; null where it was removed from them: its mail stays, and is not tried.</summary>
    internal TenantSettings? Settings { get; set; }

    internal int Count => _all.Count;

    internal int HeldCount { get; private set; }

    /// <summary>Octets its messages are charged with, those that are being written too.</summary>
    internal long Octets { get; set; }

    internal int Trying { get; private set; }

    /// <summary>Whether its mail server is taken for down. So it is at the start: one message goes first.</summary>
    internal bool IsDown { get; private set; } = true;

    internal SpoolEntry? Oldest => _arrivals.Min;

    internal IEnumerable<SpoolEntry> ByAge => _arrivals;

    internal SpoolEntry? Find(SpoolId id) => _all.GetValueOrDefault(id);

    internal void Add(SpoolEntry entry, SpoolPlace place)
    {
        _all.Add(entry.Id, entry);
        _arrivals.Add(entry);
        entry.Place = SpoolPlace.Gone;
        Put(entry, place);
    }

    internal void Remove(SpoolEntry entry)
    {
        Put(entry, SpoolPlace.Gone);
        _all.Remove(entry.Id);
        _arrivals.Remove(entry);
        Octets -= entry.Octets;
    }

    /// <summary>Moves an entry.</summary>
    internal void Put(SpoolEntry entry, SpoolPlace place, long next = 0)
    {
        switch (entry.Place)
        {
            case SpoolPlace.Ready:
                _ready.Remove(entry);
                break;
            case SpoolPlace.Waiting:
                _waiting.Remove(entry);
                break;
            case SpoolPlace.Trying:
                Trying--;
                break;
            case SpoolPlace.Held:
                HeldCount--;
                break;
        }

        entry.Place = place;
        entry.Next = next;
        switch (place)
        {
            case SpoolPlace.Ready:
                entry.WaitsForBackend = false;
                _ready.Add(entry);
                break;
            case SpoolPlace.Waiting:
                _waiting.Add(entry);
                break;
            case SpoolPlace.Trying:
                Trying++;
                break;
            case SpoolPlace.Held:
                HeldCount++;
                break;
        }
    }

    /// <summary>Its mail server did not answer.</summary>
    internal void Failed(SpoolSettings settings)
    {
        IsDown = true;
        _failures++;
        _probeAt = time.After(SpoolSchedule.Wait(_failures, settings));
    }

    /// <summary>Its mail server did not answer a message that came just now; whoever probes already goes on as before.</summary>
    internal void FailedForNew(SpoolSettings settings)
    {
        if (!IsDown || _failures == 0)
            Failed(settings);
    }

    /// <summary>Its mail server answers: what waited for that alone is ready.</summary>
    internal void Answered()
    {
        _failures = 0;
        if (!IsDown)
            return;
        IsDown = false;
        foreach (var entry in _waiting.Where(static entry => entry.WaitsForBackend).ToList())
            Put(entry, SpoolPlace.Ready);
    }

    /// <summary>An administrator wants everything tried now.</summary>
    internal void Hurry()
    {
        _probeAt = long.MinValue;
        foreach (var entry in _waiting.ToList())
            Put(entry, SpoolPlace.Ready);
    }

    /// <summary>An administrator wants one message tried now, whatever is known of its mail server.</summary>
    internal void Hurry(SpoolEntry entry)
    {
        if (entry.Place is not (SpoolPlace.Ready or SpoolPlace.Waiting))
            return;
        Put(entry, SpoolPlace.Ready);
        _urgent.Enqueue(entry);
    }

    /// <summary>The next message to try, already marked so; null for none now.</summary>
    /// <param name="expire">How long messages are kept.</param>
    /// <param name="isReachable">Whether the relay would try its mail server now.</param>
    internal SpoolEntry? Next(TimeSpan expire, Func<TenantSettings, bool> isReachable)
    {
        if (Settings is not { } settings)
            return null;
        var now = time.GetTimestamp();
        while (_waiting.Min is { } due && due.Next <= now)
            Put(due, SpoolPlace.Ready);
        while (_urgent.TryDequeue(out var urgent))
        {
            if (urgent.Place == SpoolPlace.Ready)
                return Begin(urgent);
        }

        if (_ready.Min is not { } oldest || Trying >= MostAtOnce)
            return null;
        // What has expired needs no mail server.
        if (now - oldest.Born >= time.Ticks(expire))
            return Begin(oldest);
        if (!IsDown)
            return Trying < Math.Max(1, settings.Backends.Connections / 2) ? Begin(oldest) : null;
        return Trying == 0 && now >= _probeAt && isReachable(settings) ? Begin(oldest) : null;
    }

    private SpoolEntry Begin(SpoolEntry entry)
    {
        Put(entry, SpoolPlace.Trying);
        return entry;
    }
}
