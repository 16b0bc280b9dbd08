namespace Garita.Gateway.Relay.Spool;

/// <summary>A spooled message as administrators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">Whose.</param>
/// <param name="State"><c>ready</c>, <c>waiting</c>, <c>trying</c> or <c>held</c>.</param>
/// <param name="Arrived">When it came (UTC).</param>
/// <param name="Octets">Octets it is charged with.</param>
/// <param name="Tries">Tries so far.</param>
/// <param name="Next">When it is tried next; null: when its mail server answers, or never while it is held.</param>
/// <param name="Session">The session that brought it; null where its file cannot be read.</param>
/// <param name="Sender">Reverse-path; empty for the null one. Text from outside.</param>
/// <param name="Recipients">Recipients that it still waits for. Text from outside.</param>
/// <param name="MessageId">Its Message-ID, or null. Text from outside.</param>
/// <param name="Last">What came of the last try. May hold the mail server's words.</param>
/// <param name="MayBeDelivered">Whether a try ended without an answer after the final dot.</param>
/// <param name="Held">Why it is held, or null.</param>
public sealed record SpoolView(
    string Id, string Tenant, string State, DateTimeOffset Arrived, long Octets, int Tries, DateTimeOffset? Next, string? Session, string Sender,
    IReadOnlyList<string> Recipients, string? MessageId, string Last, bool MayBeDelivered, string? Held);

/// <content>What administrators do.</content>
public sealed partial class Spool
{
    private const string HeldByAdministrator = "held by an administrator";

    /// <summary>Messages, oldest first within each tenant.</summary>
    /// <param name="tenant">One tenant's, or null for all.</param>
    /// <param name="most">At most this many.</param>
    public async Task<IReadOnlyList<SpoolView>> ListAsync(string? tenant, int most)
    {
        List<(SpoolQueue Queue, SpoolEntry Entry)> chosen;
        lock (_gate)
            chosen = [.. Queues(tenant).SelectMany(static queue => queue.ByAge.Select(entry => (queue, entry))).Take(most)];
        var views = new List<SpoolView>(chosen.Count);
        foreach (var (queue, entry) in chosen)
            views.Add(await ViewAsync(queue, entry));
        return views;
    }

    /// <summary>One message; null when there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    public async Task<SpoolView?> ShowAsync(SpoolId id)
    {
        SpoolQueue? queue;
        SpoolEntry? entry;
        lock (_gate)
            (queue, entry) = Find(id);
        return entry is null ? null : await ViewAsync(queue!, entry);
    }

    /// <summary>Tries now what waits, of one tenant or of all; what is held stays so.</summary>
    /// <param name="tenant">The tenant, or null for all.</param>
    /// <returns>How many messages that concerns.</returns>
    public int Flush(string? tenant)
    {
        var count = 0;
        lock (_gate)
        {
            foreach (var queue in Queues(tenant))
            {
                queue.Hurry();
                count += queue.Count - queue.HeldCount;
            }
        }

        Pump();
        return count;
    }

    /// <summary>Tries one message now, whatever is known of its mail server.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>False: there is none of that id, or it is held.</returns>
    public bool Flush(SpoolId id)
    {
        lock (_gate)
        {
            var (queue, entry) = Find(id);
            if (entry is null || entry.Place == SpoolPlace.Held)
                return false;
            queue!.Hurry(entry);
        }

        Pump();
        return true;
    }

    /// <summary>Keeps a message from being tried, or lets it go again; on the disk when it returns.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="release">Whether it is let go.</param>
    /// <returns>False: there is none of that id.</returns>
    /// <exception cref="IOException">The disk refused; nothing is changed.</exception>
    public async Task<bool> HoldAsync(SpoolId id, bool release)
    {
        SpoolQueue? queue;
        SpoolEntry? entry;
        lock (_gate)
        {
            (queue, entry) = Find(id);
            if (entry is null)
                return false;
            if (entry.Place == SpoolPlace.Trying)
            {
                entry.HoldAfterTry = !release;
                return true;
            }

            // Nobody tries it while its state is written.
            queue!.Put(entry, SpoolPlace.Held);
        }

        var isHeld = true;
        try
        {
            var state = await _store.ReadStateAsync(queue.Tenant, id);
            isHeld = state.Held is not null;
            await _store.SaveAsync(queue.Tenant, id, state with { Held = release ? null : state.Held ?? HeldByAdministrator });
            isHeld = !release;
        }
        finally
        {
            lock (_gate)
            {
                if (entry.Place == SpoolPlace.Held && !isHeld)
                    queue.Put(entry, SpoolPlace.Ready);
            }
        }

        Pump();
        return true;
    }

    /// <summary>Deletes a message for good; nobody is told.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>What it was; null: there is none of that id, or a try is under way.</returns>
    /// <exception cref="IOException">The disk refused; it is held.</exception>
    public async Task<SpoolView?> DeleteAsync(SpoolId id)
    {
        SpoolQueue? queue;
        SpoolEntry? entry;
        lock (_gate)
        {
            (queue, entry) = Find(id);
            if (entry is null || entry.Place == SpoolPlace.Trying)
                return null;
            queue!.Put(entry, SpoolPlace.Held);
        }

        var view = await ViewAsync(queue, entry);
        _store.Remove(queue.Tenant, id, entry.Key.ToBytes());
        lock (_gate)
        {
            if (entry.Place == SpoolPlace.Held)
                Take(queue, entry);
        }

        return view;
    }

    private IEnumerable<SpoolQueue> Queues(string? tenant) => _turn.Where(queue => tenant is null || string.Equals(queue.Tenant, tenant, StringComparison.Ordinal));

    private (SpoolQueue? Queue, SpoolEntry? Entry) Find(SpoolId id)
    {
        foreach (var queue in _turn)
        {
            if (queue.Find(id) is { } entry)
                return (queue, entry);
        }

        return default;
    }

    private async Task<SpoolView> ViewAsync(SpoolQueue queue, SpoolEntry entry)
    {
        SpooledEnvelope? envelope = null;
        var state = new SpoolState();
        try
        {
            state = await _store.ReadStateAsync(queue.Tenant, entry.Id);
            using var message = await _store.OpenAsync(queue.Tenant, entry.Id, entry.Key.ToBytes());
            envelope = message.Envelope;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // It has gone meanwhile, or it is damaged: what is known is shown.
        }

        var place = entry.Place;
        return new SpoolView(
            entry.Id.ToString(), queue.Tenant, place.ToString().ToLowerInvariant(), entry.Id.Arrived, entry.Octets, entry.Tries,
            place == SpoolPlace.Waiting ? Now + _services.Time.GetElapsedTime(_services.Time.GetTimestamp(), entry.Next) : null, envelope?.Session, envelope?.Sender?.ToString() ?? "",
            envelope is null ? [] : [.. envelope.Recipients.Where((_, i) => !state.Done.Contains(i)).Select(static to => new Protocols.Address.Mailbox(to.Local, to.Domain).ToString())],
            envelope?.MessageId, state.Last, state.Unknown || (state.Trying && place != SpoolPlace.Trying), place == SpoolPlace.Held ? state.Held : null);
    }
}
