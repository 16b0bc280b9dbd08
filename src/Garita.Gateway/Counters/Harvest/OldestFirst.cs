using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// A table with a bound: when it is full, what was longest idle goes first. Its slots are an array that grows to the bound and no further,
/// chained in order of use. Not thread-safe.
/// </summary>
/// <typeparam name="T">What is kept.</typeparam>
internal sealed class OldestFirst<T>(int most)
{
    private const int None = -1;

    private readonly Dictionary<ulong, int> _slotOf = [];
    private Slot[] _slots = [];
    private int _oldest = None;
    private int _newest = None;

    internal int Count => _slotOf.Count;

    /// <summary>What is kept under a key; it becomes the most recently used.</summary>
    internal bool TryGet(ulong key, [MaybeNullWhen(false)] out T value)
    {
        if (!_slotOf.TryGetValue(key, out var slot))
        {
            value = default;
            return false;
        }

        Use(slot);
        value = _slots[slot].Value;
        return true;
    }

    /// <summary>Keeps something, in the place of what was kept under the key; the longest idle goes where there is no room.</summary>
    internal void Set(ulong key, T value)
    {
        if (_slotOf.TryGetValue(key, out var slot))
        {
            Use(slot);
            _slots[slot].Value = value;
            return;
        }

        slot = _slotOf.Count;
        if (slot >= most)
        {
            slot = _oldest;
            Unchain(slot);
            _slotOf.Remove(_slots[slot].Key);
        }
        else if (slot == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Min(most, Math.Max(16, _slots.Length * 2)));
        }

        _slots[slot].Key = key;
        _slots[slot].Value = value;
        _slotOf[key] = slot;
        Chain(slot);
    }

    /// <summary>What is kept, the longest idle first; it must not be changed meanwhile.</summary>
    internal IEnumerable<(ulong Key, T Value)> All()
    {
        for (var slot = _oldest; slot != None; slot = _slots[slot].Newer)
            yield return (_slots[slot].Key, _slots[slot].Value);
    }

    private void Use(int slot)
    {
        if (slot == _newest)
            return;
        Unchain(slot);
        Chain(slot);
    }

    private void Chain(int slot)
    {
        _slots[slot].Older = _newest;
        _slots[slot].Newer = None;
        if (_newest != None)
            _slots[_newest].Newer = slot;
        _newest = slot;
        if (_oldest == None)
            _oldest = slot;
    }

    private void Unchain(int slot)
    {
        var (older, newer) = (_slots[slot].Older, _slots[slot].Newer);
        if (older != None)
            _slots[older].Newer = newer;
        else
            _oldest = newer;
        if (newer != None)
            _slots[newer].Older = older;
        else
            _newest = older;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Slot
    {
        internal ulong Key;
        internal T Value;
        internal int Older;
        internal int Newer;
    }
}
