namespace Garita.Gateway.Admission;

/// <summary>
/// Who goes first when all places are taken. One list for each rank, ordered by the last progress: whoever gets on moves to the end, so the
/// least worthy stands at the beginning of the first list that has anybody. Every step is O(1). A connection that waits for the mail
/// server's answer stands in no list: it is never evicted.
/// </summary>
internal sealed class EvictionOrder
{
    private readonly Lock _lock = new();
    private readonly Head[] _heads = [new(), new(), new()];

    private sealed class Head : HeldPlace
    {
        internal Head() => Earlier = Later = this;

        internal override void Evict() => throw new InvalidOperationException("the head of a list is no connection");
    }

    /// <summary>Puts one to the end of its rank's list, from wherever it stood.</summary>
    internal void Advance(HeldPlace place, PlaceRank rank, long now)
    {
        lock (_lock)
        {
            Unlink(place);
            var head = _heads[(int)rank];
            place.Rank = rank;
            place.ProgressAt = now;
            place.Earlier = head.Earlier;
            place.Later = head;
            head.Earlier!.Later = place;
            head.Earlier = place;
        }
    }

    /// <summary>Takes one out: it waits for the mail server, or is gone.</summary>
    internal void Leave(HeldPlace place)
    {
        lock (_lock)
            Unlink(place);
    }

    /// <summary>Takes the least worthy out.</summary>
    /// <param name="below">Only ranks below this one.</param>
    /// <returns>Null when there is none.</returns>
    internal HeldPlace? TakeLeast(PlaceRank below)
    {
        lock (_lock)
        {
            for (var rank = 0; rank < (int)below; rank++)
            {
                if (_heads[rank].Later is not Head and { } least)
                {
                    Unlink(least);
                    return least;
                }
            }

            return null;
        }
    }

    private static void Unlink(HeldPlace place)
    {
        if (place.Later is null)
            return;
        place.Earlier!.Later = place.Later;
        place.Later.Earlier = place.Earlier;
        place.Earlier = place.Later = null;
    }
}
