namespace Garita.SenderAuth.Dkim;

/// <summary>
/// Keys that were read already, by the text of their record: making a key of its octets costs several times what verifying with it does, and
/// most mail is signed by few. It keeps no answer of DNS, which is asked each time. Bounded: of two generations the older is
/// dropped when the younger is full, so that a flood of other keys cannot push out those in use. May be used by several threads at once.
/// </summary>
public sealed class DkimKeyCache
{
    /// <summary>Keys of one generation; a key takes about 4 kB.</summary>
    internal const int Generation = 500;

    private readonly Lock _lock = new();
    private Dictionary<string, DkimKey> _younger = new(StringComparer.Ordinal);
    private Dictionary<string, DkimKey> _older = new(StringComparer.Ordinal);

    /// <summary>Keys that are kept now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _younger.Count + _older.Count;
        }
    }

    /// <summary>The key of a record, or null.</summary>
    internal DkimKey? Find(string record)
    {
        lock (_lock)
        {
            if (_younger.TryGetValue(record, out var key))
                return key;
            if (!_older.Remove(record, out key))
                return null;
            Add(record, key);
            return key;
        }
    }

    /// <summary>Keeps a key.</summary>
    internal void Keep(string record, DkimKey key)
    {
        lock (_lock)
            Add(record, key);
    }

    private void Add(string record, DkimKey key)
    {
        if (_younger.Count >= Generation)
            (_older, _younger) = (_younger, new(StringComparer.Ordinal));
        _younger[record] = key;
    }
}
