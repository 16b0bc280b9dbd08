namespace Garita.Gateway.Counters.Harvest;

/// <summary>What changed for a domain.</summary>
internal enum WatchTurn : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is being harvested: strangers are put off from now on.</summary>
    Begun,
    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>
/// Watches what senders that are not trusted ask for in one domain, over all networks. It begins when too many distinct unknown recipients
/// come from too many networks, or many times as many as usual. It ends by itself when an hour brought fewer tries than are allowed; what is
/// allowed grows with each hour, so that a slow trickle cannot hold it on, and a big attack is not let in again soon. What is usual is
/// learnt from hours in which strangers were not put off, put together from their pieces. Thread-safe.
/// </summary>
internal sealed class DomainWatch
{
    private const int Hour = 3600;
    private const int Slice = 300;
    private const int Slices = Hour / Slice;
    private const int LearntAfter = 24;
    private const int MostCalm = 30 * 24 * Hour;
    private const double Growth = 1.15;
    private const double Share = 1.0 / 24;

    private readonly Lock _lock = new();
    private readonly int[] _unknown = new int[Slices];
    private readonly int[] _tries = new int[Slices];
    private RecentSet? _recipients;
    private RecentSet? _networks;
    private double _usualUnknown;
    private double _usualTries;
    private int _slice;
    private int _at;
    private int _calm;
    private int _learnt;
    private int _unknownThisHour;
    private int _triesThisHour;
    private int _began = -1;
    private bool _endIsNew;
    private int _alarmedAt = -Hour;

    /// <param name="now">Seconds of the clock.</param>
    internal DomainWatch(int now)
    {
        _slice = now / Slice;
        _at = now;
    }

    /// <summary>Whether there is something that was not written for the next start.</summary>
    internal volatile bool IsDirty;

    /// <summary>What strangers were told; to be used under its own lock.</summary>
    internal DisclosureBudget Budget { get; } = new();

    /// <summary>Since when strangers are put off, seconds of the clock; null: they are not.</summary>
    internal int? Since(int now, int floor)
    {
        lock (_lock)
        {
            Turn(now, floor);
            return _began < 0 ? null : _began;
        }
    }

    /// <summary>Whether strangers are put off now.</summary>
    /// <param name="now">Seconds of the clock.</param>
    /// <param name="floor">Unknown recipients an hour that make a harvest.</param>
    /// <param name="turn">Whether it has just ended.</param>
    internal bool IsOn(int now, int floor, out WatchTurn turn)
    {
        lock (_lock)
        {
            Turn(now, floor);
            turn = _endIsNew ? WatchTurn.Ended : WatchTurn.None;
            _endIsNew = false;
            return _began >= 0;
        }
    }

    /// <summary>A recipient was asked for that was not asked for before by the same sender.</summary>
    internal void Tried(int now, int floor)
    {
        lock (_lock)
        {
            Turn(now, floor);
            IsDirty = true;
            _tries[_slice % Slices]++;
            if (_began < 0)
                _triesThisHour++;
        }
    }

    /// <summary>A sender that is not trusted was told that a recipient does not exist.</summary>
    /// <param name="recipient">The recipient.</param>
    /// <param name="network">The sender's network.</param>
    /// <param name="now">Seconds of the clock.</param>
    /// <param name="floor">Unknown recipients an hour that make a harvest.</param>
    /// <param name="networks">From so many networks.</param>
    /// <param name="timesUsual">Or so many times as many as usual.</param>
    internal WatchTurn Unknown(ulong recipient, ulong network, int now, int floor, int networks, int timesUsual)
    {
        lock (_lock)
        {
            Turn(now, floor);
            _recipients ??= new RecentSet(Math.Max(1024, floor));
            _networks ??= new RecentSet(Math.Max(64, networks));
            _networks.Add(network, now);
            IsDirty = true;
            // A stale mailing list asks for the same again and again.
            if (!_recipients.Add(recipient, now))
                return WatchTurn.None;
            _unknown[_slice % Slices]++;
            if (_began >= 0)
                return WatchTurn.None;
            _unknownThisHour++;
            if (!IsHarvest(now, floor, networks, timesUsual))
                return WatchTurn.None;
            _began = now;
            return WatchTurn.Begun;
        }
    }

    /// <summary>Whether an alarm is due: once an hour.</summary>
    internal bool TryAlarm(int now)
    {
        lock (_lock)
        {
            if (now - _alarmedAt < Hour)
                return false;
            _alarmedAt = now;
            return true;
        }
    }

    /// <summary>Writes it for the next start.</summary>
    internal void Write(BinaryWriter writer)
    {
        lock (Budget)
            Budget.Write(writer);
        lock (_lock)
        {
            writer.WriteAll(_unknown);
            writer.WriteAll(_tries);
            writer.WriteAll([_slice, _calm, _learnt, _unknownThisHour, _triesThisHour, _began]);
            writer.Write(_usualUnknown);
            writer.Write(_usualTries);
            writer.Write(_recipients is not null);
            _recipients?.Write(writer);
            writer.Write(_networks is not null);
            _networks?.Write(writer);
        }
    }

    /// <summary>Reads what the last run wrote. Time in which nothing ran is not taken for calm.</summary>
    /// <param name="reader">From where.</param>
    /// <param name="now">Seconds of the clock, which goes on where the last run's stopped.</param>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    internal static DomainWatch Read(BinaryReader reader, int now)
    {
        var watch = new DomainWatch(now);
        watch.Budget.Read(reader, now / Hour);
        reader.ReadAll(watch._unknown);
        reader.ReadAll(watch._tries);
        watch._slice = reader.Number(now / Slice);
        watch._calm = reader.Number(MostCalm);
        watch._learnt = reader.Number(int.MaxValue / 2);
        watch._unknownThisHour = reader.Number(int.MaxValue / 2);
        watch._triesThisHour = reader.Number(int.MaxValue / 2);
        watch._began = reader.Number(now, least: -1);
        watch._usualUnknown = reader.Rate();
        watch._usualTries = reader.Rate();
        watch._recipients = reader.ReadBoolean() ? RecentSet.Read(reader, now) : null;
        watch._networks = reader.ReadBoolean() ? RecentSet.Read(reader, now) : null;
        return watch;
    }

    private bool IsHarvest(int now, int floor, int networks, int timesUsual)
    {
        var unknown = _unknown.Sum();
        if (unknown < Math.Max(1, floor / 4) || _networks!.Count(now) < networks)
            return false;
        // A big domain is asked for many wrong addresses every hour: for it this is no harvest.
        return (unknown >= floor && unknown >= 2 * _usualUnknown) || (_learnt >= LearntAfter && unknown >= timesUsual * _usualUnknown);
    }

    private void Turn(int now, int floor)
    {
        for (var steps = 0; _slice < now / Slice && steps < Slices; steps++)
        {
            _slice = Math.Max(_slice + 1, (now / Slice) - Slices + 1);
            _unknown[_slice % Slices] = 0;
            _tries[_slice % Slices] = 0;
        }

        if (_began < 0)
        {
            _calm = Math.Min(_calm + now - _at, MostCalm);
            for (; _calm >= Hour; _calm -= Hour)
                Learn();
        }

        _at = now;
        if (_began < 0 || now - _began < Hour)
            return;
        var allowed = Math.Max(floor, 2 * _usualTries) * Math.Pow(Growth, (now - _began) / (double)Hour);
        if (_tries.Sum() >= allowed)
            return;
        _began = -1;
        _endIsNew = true;
        IsDirty = true;
        _recipients = null;
        _networks = null;
        Array.Clear(_unknown);
    }

    private void Learn()
    {
        _usualUnknown += (_unknownThisHour - _usualUnknown) * Share;
        _usualTries += (_triesThisHour - _usualTries) * Share;
        _learnt++;
        _unknownThisHour = 0;
        _triesThisHour = 0;
    }
}
