namespace Garita.Gateway.Recipients.CallAhead;

/// <summary>
/// Answers of a mail server, each for its time; the one used longest ago gives way. A yes that has run out is kept, unused, to notice when
/// it turns into a no. Not thread-safe.
/// </summary>
/// <param name="most">Addresses at most: a few hundred octets each.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerCache(int most, TimeProvider time)
{
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Addresses with a yes, run out or not.</summary>
    internal int Known { get; private set; }

    internal int Count => _entries.Count;

    /// <summary>The answer, while it holds.</summary>
    internal ProbeAnswer? Find(string address)
    {
        if (!_entries.TryGetValue(address, out var node) || time.GetTimestamp() >= node.Value.Until)
            return null;
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value.Answer;
    }

    /// <summary>Keeps an answer.</summary>
    /// <returns>Whether this is a no where there was a yes.</returns>
    internal bool Put(string address, ProbeAnswer answer, TimeSpan life)
    {
        var wasKnown = _entries.TryGetValue(address, out var old) && old.Value.Answer == ProbeAnswer.Yes;
        Forget(address);
        while (_entries.Count >= most)
            Forget(_byUse.First!.Value.Address);
        _entries[address] = _byUse.AddLast(new Entry(address, answer, time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency)));
        if (answer == ProbeAnswer.Yes)
            Known++;
        return wasKnown && answer == ProbeAnswer.No;
    }

    internal void Forget(string address)
    {
        if (!_entries.Remove(address, out var node))
            return;
        _byUse.Remove(node);
        if (node.Value.Answer == ProbeAnswer.Yes)
            Known--;
    }

    /// <summary>Forgets each no.</summary>
    internal void ForgetUnknown()
    {
        foreach (var entry in _byUse.Where(static entry => entry.Answer == ProbeAnswer.No).ToList())
            Forget(entry.Address);
    }

    /// <summary>Forgets an address in every case it was kept in.</summary>
    internal void ForgetAnyCase(string address)
    {
        foreach (var entry in _byUse.Where(entry => entry.Address.Equals(address, StringComparison.OrdinalIgnoreCase)).ToList())
            Forget(entry.Address);
    }

    private sealed record Entry(string Address, ProbeAnswer Answer, long Until);
}
