using System.Runtime.InteropServices;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>What one stranger was told today (UTC).</summary>
/// <param name="Known">Existing addresses, at most.</param>
/// <param name="Unknown">Addresses that do not exist, at most.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Told(int Known, int Unknown);

/// <summary>
/// What strangers, networks or sender domains, were told by the day. An address counts once as far as an entry has room; beyond that repeats count
/// too, which errs to the safe side. Bounded, the longest idle goes first.
/// </summary>
internal sealed class ToldByDay
{
    /// <summary>At most so many strangers are counted.</summary>
    internal const int Most = 20_000;

    private const int MostExact = 32;

    private readonly Lock _lock = new();
    private readonly OldestFirst<Entry> _entries = new(Most);

    /// <summary>Whether there is something that was not written for the next start.</summary>
    internal volatile bool IsDirty;

    /// <summary>A stranger was told of an address.</summary>
    /// <param name="stranger">Its number.</param>
    /// <param name="name">Its name for people; null where the number says it.</param>
    /// <param name="recipient">The address.</param>
    /// <param name="exists">What it was told.</param>
    /// <param name="day">The day, UTC.</param>
    internal void Note(ulong stranger, string? name, ulong recipient, bool exists, int day)
    {
        lock (_lock)
        {
            if (!_entries.TryGet(stranger, out var entry))
                _entries.Set(stranger, entry = new Entry());
            entry.Note(name, (uint)recipient, exists, day);
        }

        IsDirty = true;
    }

    /// <summary>What a stranger was told today.</summary>
    internal Told Find(ulong stranger, int day)
    {
        lock (_lock)
            return _entries.TryGet(stranger, out var entry) ? entry.At(day) : default;
    }

    /// <summary>Who was told most today.</summary>
    /// <param name="day">The day, UTC.</param>
    /// <param name="count">So many of them.</param>
    internal IReadOnlyList<(ulong Stranger, string? Name, Told Told)> MostTold(int day, int count)
    {
        List<(ulong Stranger, string? Name, Told Told)> today;
        lock (_lock)
            today = [.. _entries.All().Select(entry => (entry.Key, entry.Value.Name, entry.Value.At(day))).Where(static entry => entry.Item3 != default)];
        return [.. today.OrderByDescending(static entry => entry.Told.Known).ThenByDescending(static entry => entry.Told.Unknown).Take(count)];
    }

    /// <summary>Writes the counts of today for the next start; which addresses they are of is not kept, so that repeats after it count again.</summary>
    internal void Write(BinaryWriter writer, int day)
    {
        lock (_lock)
        {
            var today = _entries.All().Where(entry => entry.Value.At(day) != default).ToList();
            writer.WriteAll([day, today.Count]);
            foreach (var (key, entry) in today)
            {
                writer.Write(key);
                writer.WriteAll([entry.At(day).Known, entry.At(day).Unknown]);
            }
        }
    }

    /// <summary>Reads what the last run wrote into an empty one; of another day it is left out.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    internal static ToldByDay Read(BinaryReader reader, int day)
    {
        var told = new ToldByDay();
        var itsDay = reader.Number(DateOnly.MaxValue.DayNumber);
        for (var left = reader.Number(Most); left > 0; left--)
        {
            var key = reader.ReadUInt64();
            var entry = new Entry(itsDay, new Told(reader.Number(int.MaxValue / 2), reader.Number(int.MaxValue / 2)));
            if (itsDay == day)
                told._entries.Set(key, entry);
        }

        return told;
    }

    private sealed class Entry()
    {
        private uint[] _addresses = [];
        private int _count;
        private int _day;
        private Told _told;

        internal Entry(int day, Told told)
            : this() => (_day, _told) = (day, told);

        internal string? Name { get; private set; }

        internal Told At(int day) => day == _day ? _told : default;

        internal void Note(string? name, uint recipient, bool exists, int day)
        {
            Name = name;
            if (day != _day)
                (_day, _count, _told) = (day, 0, default);
            if (_addresses.AsSpan(0, _count).Contains(recipient))
                return;
            if (_count < MostExact)
            {
                if (_count == _addresses.Length)
                    Array.Resize(ref _addresses, Math.Max(2, _count * 2));
                _addresses[_count++] = recipient;
            }

            _told = exists ? _told with { Known = _told.Known + 1 } : _told with { Unknown = _told.Unknown + 1 };
        }
    }
}
