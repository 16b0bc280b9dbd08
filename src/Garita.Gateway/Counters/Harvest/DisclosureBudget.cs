namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// What strangers were told of one domain within 24 h (networks and sender domains without accepted mail in 90 days), and how many answers
/// they may still get while it is put off. Kept by the hour, so that a day is any 24 h. Not thread-safe.
/// </summary>
internal sealed class DisclosureBudget
{
    private const int Hours = 24;

    /// <summary>So many distinct addresses are counted exactly; beyond that repeats count too, which errs to the safe side.</summary>
    private const int MostExact = 4096;

    private readonly HashSet<ulong> _today = [];
    private readonly int[] _spent = new int[Hours];
    private readonly int[] _spentReserved = new int[Hours];
    private int _hour;
    private int _day;

    /// <summary>Existing addresses that strangers were told of today (UTC), at most.</summary>
    internal int Known { get; private set; }

    /// <summary>Answers to strangers today that an address does not exist.</summary>
    internal int Unknown { get; private set; }

    /// <summary>A stranger was told of an address.</summary>
    /// <param name="recipient">The address.</param>
    /// <param name="exists">What it was told.</param>
    /// <param name="day">The day, UTC.</param>
    internal void Told(ulong recipient, bool exists, int day)
    {
        Turn(day);
        if (!exists)
            Unknown++;
        else if (_today.Count >= MostExact ? !_today.Contains(recipient) : _today.Add(recipient))
            Known++;
    }

    /// <summary>Begins a new day.</summary>
    internal void Turn(int day)
    {
        if (day == _day)
            return;
        _day = day;
        _today.Clear();
        Known = 0;
        Unknown = 0;
    }

    /// <summary>Answers of the last 24 h.</summary>
    internal int Spent(int hour)
    {
        Forget(hour);
        return _spent.Sum() + _spentReserved.Sum();
    }

    /// <summary>Spends an answer.</summary>
    /// <param name="spfPassed">Whether the reserved part may be used: first, and the rest after it.</param>
    /// <param name="hour">The hour of the clock.</param>
    /// <param name="all">Answers of a day.</param>
    /// <param name="reserved">The share of them that is reserved.</param>
    /// <returns>False when there is none left.</returns>
    internal bool TrySpend(bool spfPassed, int hour, int all, double reserved)
    {
        Forget(hour);
        var forPassed = (int)(all * reserved);
        if (spfPassed && _spentReserved.Sum() < forPassed)
        {
            _spentReserved[hour % Hours]++;
            return true;
        }

        if (_spent.Sum() >= all - forPassed)
            return false;
        _spent[hour % Hours]++;
        return true;
    }

    /// <summary>Writes it for the next start.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.WriteAll(_spent);
        writer.WriteAll(_spentReserved);
        writer.WriteAll([_hour, _day, Known, Unknown, _today.Count]);
        foreach (var recipient in _today)
            writer.Write(recipient);
    }

    /// <summary>Reads what the last run wrote into an empty one.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    internal void Read(BinaryReader reader, int hour)
    {
        reader.ReadAll(_spent);
        reader.ReadAll(_spentReserved);
        _hour = reader.Number(hour);
        _day = reader.Number(DateOnly.MaxValue.DayNumber);
        Known = reader.Number(int.MaxValue / 2);
        Unknown = reader.Number(int.MaxValue / 2);
        for (var left = reader.Number(MostExact); left > 0; left--)
            _today.Add(reader.ReadUInt64());
    }

    private void Forget(int hour)
    {
        for (var passed = 0; _hour < hour && passed < Hours; passed++)
        {
            _hour = passed == 0 ? Math.Max(_hour + 1, hour - Hours + 1) : _hour + 1;
            _spent[_hour % Hours] = 0;
            _spentReserved[_hour % Hours] = 0;
        }
    }
}
