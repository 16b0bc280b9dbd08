namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// How many distinct things were seen within the last hour, up to a number: a capped set that forgets by age, the oldest first when it is full.
/// It grows with what it holds. Not thread-safe.
/// </summary>
internal sealed class RecentSet(int most)
{
    /// <summary>For so many seconds a thing counts.</summary>
    internal const int Window = 3600;

    private const int MostRead = 1_000_000;

    private ulong[] _things = [];
    private int[] _seen = [];
    private int _count;
    private int _next;

    /// <summary>How many it can hold.</summary>
    internal int Most => most;

    /// <summary>Notes a thing.</summary>
    /// <param name="thing">Its hash.</param>
    /// <param name="now">Seconds of the clock.</param>
    /// <returns>Whether it was not seen within the window.</returns>
    internal bool Add(ulong thing, int now)
    {
        var at = _things.AsSpan(0, _count).IndexOf(thing);
        if (at >= 0)
        {
            var isNew = now - _seen[at] >= Window;
            _seen[at] = now;
            return isNew;
        }

        if (_count < most)
        {
            if (_count == _things.Length)
                Grow();
            at = _count++;
        }
        else
        {
            at = _next;
            _next = (_next + 1) % most;
        }

        _things[at] = thing;
        _seen[at] = now;
        return true;
    }

    /// <summary>How many of those kept were seen within the window.</summary>
    internal int Count(int now)
    {
        var count = 0;
        for (var i = 0; i < _count; i++)
        {
            if (now - _seen[i] < Window)
                count++;
        }

        return count;
    }

    /// <summary>Writes it for the next start, the oldest first.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(most);
        writer.Write(_count);
        for (var i = 0; i < _count; i++)
        {
            var at = (_next + i) % _count;
            writer.Write(_things[at]);
            writer.Write(_seen[at]);
        }
    }

    /// <summary>Reads what the last run wrote; what is out of the window is left out.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    internal static RecentSet Read(BinaryReader reader, int now)
    {
        var set = new RecentSet(reader.Number(MostRead, least: 1));
        for (var left = reader.Number(set.Most); left > 0; left--)
        {
            var thing = reader.ReadUInt64();
            var seen = reader.Number(now);
            if (now - seen >= Window)
                continue;
            if (set._count == set._things.Length)
                set.Grow();
            set._things[set._count] = thing;
            set._seen[set._count++] = seen;
        }

        return set;
    }

    private void Grow()
    {
        var size = Math.Min(most, Math.Max(4, _things.Length * 2));
        Array.Resize(ref _things, size);
        Array.Resize(ref _seen, size);
    }
}
