using System.Globalization;
using System.Net;
using Garita.Wall;
using Garita.Wall.Warden;
using Garita.Warden.Flood;
using Garita.Warden.Kernel;
using Garita.Warden.Service;

namespace Garita.Warden.Bans;

/// <summary>
/// Keeps the kernel's sets as the gateway wants them. What is said is taken into the mirror first, so that nothing is lost while the table is
/// missing or the kernel refuses; the next beat that finds the table loads all of it. One thing at a time.
/// </summary>
internal sealed class Keeper
{
    /// <summary>Looks at the table, and at handshakes, that often.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Compares all elements that often, though nothing seems to have changed.</summary>
    internal static readonly TimeSpan CompareEvery = TimeSpan.FromMinutes(10);

    /// <summary>Elements that end sooner are not missed: the kernel's clock is not quite ours.</summary>
    private static readonly TimeSpan SureFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OwnEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private const int ToleranceSeconds = 2;
    private const int Many = 10_000;

    private readonly IKernel _kernel;
    private readonly TimeProvider _time;
    private readonly Journal _journal;
    private readonly Func<FloodReading> _handshakes;
    private readonly Func<string?> _stackProblem;
    private readonly Func<NeverList> _readNever;
    private readonly FloodSwitch _flood;
    private readonly BanMirror _mirror;
    private readonly Lock _lock = new();
    private readonly HashSet<object> _wishes = [];
    private NeverList _never;
    private TableState _table = new(null, false, false, false, "not looked at yet");
    private string? _loaded;
    private bool _isOurs;
    private string? _kernelProblem;
    private string? _floodProblem;
    private TimeSpan _pause = LookEvery;
    private long _retryAt;
    private long _sweptAt;
    private long _ownAt;
    private int _refused;
    private bool _tookMany;
    private bool _isUnsure;
    private long _comparedAt;
    private long _compareAfter;
    private int _mended;
    private long _mendedAt;

    /// <param name="kernel">The kernel.</param>
    /// <param name="readNever">Makes the list of whom never to ban; called now and then, for addresses of the machine change.</param>
    /// <param name="handshakes">Reads the kernel's counts.</param>
    /// <param name="stackProblem">What forbids the flood mode; null for nothing.</param>
    /// <param name="flood">The flood mode at the start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="journal">The log.</param>
    public Keeper(IKernel kernel, Func<NeverList> readNever, Func<FloodReading> handshakes, Func<string?> stackProblem, FloodMode flood, TimeProvider time, Journal journal)
    {
        _kernel = kernel;
        _time = time;
        _journal = journal;
        _handshakes = handshakes;
        _stackProblem = stackProblem;
        _readNever = readNever;
        _never = readNever();
        _flood = new FloodSwitch(time) { Mode = flood };
        _mirror = new BanMirror(ToleranceSeconds * time.TimestampFrequency);
        _sweptAt = _ownAt = _comparedAt = time.GetTimestamp();
    }

    /// <summary>Takes bans.</summary>
    public DoneAnswer Ban(IReadOnlyList<WardenBan> bans)
    {
        lock (_lock)
        {
            var changes = new List<ElementChange>();
            var refused = Take(bans, changes);
            return Done(bans.Count - refused, refused, changes);
        }
    }

    /// <summary>Ends bans.</summary>
    public DoneAnswer Unban(IReadOnlyList<IPNetwork> networks)
    {
        lock (_lock)
        {
            var changes = new List<ElementChange>();
            var found = networks.Count(network => _mirror.Unban(Prefix.Of(network), changes));
            return Done(found, networks.Count - found, changes);
        }
    }

    /// <summary>Takes bans in place of all that were said before.</summary>
    public DoneAnswer Replace(IReadOnlyList<WardenBan> bans)
    {
        lock (_lock)
        {
            var changes = new List<ElementChange>();
            var wanted = bans.Select(static ban => Prefix.Of(ban.Network)).ToHashSet();
            _mirror.UnbanWhere(network => !wanted.Contains(network), changes);
            var refused = Take(bans, changes);
            if (!_isOurs)
            {
                // What a warden before us left there goes with this.
                _isOurs = true;
                _loaded = null;
                _retryAt = 0;
                Load();
                changes.Clear();
            }

            _tookMany = bans.Count >= Many;
            _journal.Say(JournalLevel.Information, string.Create(CultureInfo.InvariantCulture, $"the gateway said all bans: {bans.Count - refused} taken, {refused} refused"));
            return Done(bans.Count - refused, refused, changes);
        }
    }

    /// <summary>Sets the flood mode.</summary>
    public DoneAnswer SetFlood(FloodMode mode)
    {
        lock (_lock)
        {
            _flood.Mode = mode;
            _journal.Say(JournalLevel.Notice, $"flood mode set to {mode}");
            LookAtFlood();
            return new DoneAnswer(0, 0, _table.IsFlooding == _flood.IsWanted);
        }
    }

    /// <summary>A connection wishes the flood mode, or does no longer.</summary>
    public DoneAnswer Wish(object who, bool isWanted)
    {
        lock (_lock)
        {
            if (isWanted ? _wishes.Add(who) : _wishes.Remove(who))
                LookAtFlood();
            return new DoneAnswer(0, 0, _table.IsFlooding == _flood.IsWanted);
        }
    }

    /// <summary>How it stands.</summary>
    public WardenState State()
    {
        lock (_lock)
        {
            return new WardenState
            {
                HasTable = _table.Identity is not null,
                InKernel = InKernel,
                Networks = _mirror.Networks,
                Elements = _mirror.ElementCount,
                Refused = _refused,
                Flood = _flood.Mode,
                IsFlooding = _table.IsFlooding,
                HalfOpen = _flood.HalfOpen,
                Mended = _mended,
                MendedAgo = _mended == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_mendedAt),
                UsesLibrary = _kernel.UsesLibrary,
                Problem = string.Join("; ", new[] { _table.Problem, _kernelProblem, _floodProblem }.Where(static one => one is not null)),
            };
        }
    }

    /// <summary>Reads the list of whom never to ban anew; bans of those who are on it now end.</summary>
    public void ReadNever()
    {
        lock (_lock)
        {
            _ownAt = _time.GetTimestamp();
            var never = _readNever();
            if (never.IsSame(_never))
                return;
            _never = never;
            var changes = new List<ElementChange>();
            foreach (var network in _mirror.UnbanWhere(network => never.Find(network) is not null, changes))
                _journal.Say(JournalLevel.Warning, $"the ban of {network} ended, for it has {never.Find(network)}, which is never banned");
            Tell(changes);
        }
    }

    /// <summary>What is due: forgets what ended, looks whether the table is still the one that was filled, judges floods.</summary>
    public void Beat()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_sweptAt, now) >= SweepEvery)
            {
                _sweptAt = now;
                _mirror.Sweep(now);
            }

            if (_time.GetElapsedTime(_ownAt, now) >= OwnEvery)
                ReadNever();
            Look();
            Compare(now);
            if (_table.Identity is not null && _loaded is null && now >= _retryAt)
                Load();
            LookAtFlood();
            if (!_tookMany)
                return;
            // What a large snapshot took on its way is given back, once it is over.
            _tookMany = false;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }
    }

    private bool InKernel => _loaded is not null && string.Equals(_loaded, _table.Identity, StringComparison.Ordinal);

    private int Take(IReadOnlyList<WardenBan> bans, List<ElementChange> changes)
    {
        var now = _time.GetTimestamp();
        var refused = 0;
        string? first = null;
        foreach (var ban in bans)
        {
            var network = Prefix.Of(ban.Network);
            var why = _never.Find(network) is { } never ? $"has {never}, which is never banned"
                : _mirror.Ban(network, now + (long)(ban.Left.TotalSeconds * _time.TimestampFrequency), changes);
            if (why is null)
                continue;
            refused++;
            first ??= $"{network}: {why}";
        }

        if (refused > 0)
        {
            _refused += refused;
            _journal.Say(JournalLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{refused} networks refused, the gateway enforces them alone; the first is {first}"));
        }

        return refused;
    }

    private DoneAnswer Done(int taken, int refused, List<ElementChange> changes)
    {
        Tell(changes);
        return new DoneAnswer(taken, refused, InKernel);
    }

    private void Tell(List<ElementChange> changes)
    {
        if (changes.Count == 0 || !InKernel)
            return;
        // As long as a warden before us may have left something there, nothing is new.
        if (_kernel.Change(_isOurs ? changes : changes.ConvertAll(static change => change with { IsNew = false }), _time.GetTimestamp()) is { } problem)
            Failed(problem);
    }

    private void Look()
    {
        var before = _table;
        // A number that has not changed says that nothing has: looking costs more.
        var touched = _kernel.WasTouched();
        _isUnsure |= touched is true;
        if (touched is not false || before.Problem is not null)
            _table = _kernel.Look();
        if (!string.Equals(before.Problem, _table.Problem, StringComparison.Ordinal))
            _journal.Say(_table.Problem is null ? JournalLevel.Notice : JournalLevel.Warning, _table.Problem ?? "the kernel has the table");
        if (!string.Equals(_table.Identity, _loaded, StringComparison.Ordinal) && _isOurs)
            _loaded = null;
        // Until the gateway has said all bans, those that a warden before us left stay: they end by themselves.
        if (!_isOurs && _mirror.Networks == 0)
            _loaded = _table.Identity;
        else if (!InKernel)
            _loaded = null;
    }

    /// <summary>Whether the sets hold what they should: somebody may have emptied them by hand, or a script. Never more than a twentieth of the time.</summary>
    private void Compare(long now)
    {
        if (!InKernel || !_isOurs || now < _compareAfter || !(_isUnsure || _time.GetElapsedTime(_comparedAt, now) >= CompareEvery))
            return;
        var sure = now + (long)(SureFor.TotalSeconds * _time.TimestampFrequency);
        var (found, strange) = (0, 0);
        var isWhole = _kernel.ReadElements(element =>
        {
            if (_mirror.EndOf(element) is not { } end)
                strange++;
            else if (end > sure)
                found++;
        });
        var after = _time.GetTimestamp();
        _compareAfter = after + (20 * (after - now));
        // Somebody is at it just now: with the next beat. Where it cannot be read at all, not before its time.
        if (!isWhole && _isUnsure)
            return;
        (_isUnsure, _comparedAt) = (false, after);
        var missing = Math.Max(0, _mirror.CountAfter(sure) - found);
        if (!isWhole || (missing == 0 && strange == 0))
            return;
        _journal.Say(JournalLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"somebody else changed the bans in the kernel ({missing} missing, {strange} that nobody said): all are loaded anew; garita bans is the way to change them"));
        (_mended, _mendedAt) = (_mended + 1, after);
        (_loaded, _retryAt) = (null, now);
    }

    private void Load()
    {
        if (_table.Identity is null)
            Look();
        if (_table.Identity is not { } identity)
            return;
        var now = _time.GetTimestamp();
        if (_kernel.Load(_mirror.All, now) is { } problem)
        {
            Failed(problem);
            return;
        }

        var took = _time.GetElapsedTime(now);
        _loaded = identity;
        _kernelProblem = null;
        _pause = LookEvery;
        _journal.Say(JournalLevel.Information, string.Create(CultureInfo.InvariantCulture, $"{_mirror.ElementCount} elements loaded in {took.TotalMilliseconds:0} ms"));
    }

    /// <summary>What the kernel has is uncertain now: all of it is loaded anew, ever more rarely while that fails.</summary>
    private void Failed(string problem)
    {
        if (!string.Equals(problem, _kernelProblem, StringComparison.Ordinal))
            _journal.Say(JournalLevel.Error, "the kernel refused a change, all bans are loaded anew: " + problem);
        _kernelProblem = problem;
        _loaded = null;
        _isOurs = true;
        _retryAt = _time.GetTimestamp() + (long)(_pause.TotalSeconds * _time.TimestampFrequency);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    private void LookAtFlood()
    {
        var wanted = _flood.Look(_handshakes(), _wishes.Count > 0);
        if (_table.Identity is null || wanted == _table.IsFlooding)
        {
            _floodProblem = null;
            return;
        }

        var problem = !wanted ? null
            : !_table.HasMailPorts ? $"the flood mode needs the set {KernelNames.MailPorts} of the ruleset: garita wall apply loads it" : _stackProblem();
        problem ??= _kernel.Flood(wanted, _table);
        if (problem is null)
        {
            _table = _table with { IsFlooding = wanted };
            _journal.Say(JournalLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"flood mode is {(wanted ? "on: SYNs to the mail ports are answered with cookies" : "off")} ({_flood.HalfOpen} half-open, {(_wishes.Count > 0 ? "wished by the gateway" : "not wished by the gateway")})"));
        }
        else if (!string.Equals(problem, _floodProblem, StringComparison.Ordinal))
        {
            _journal.Say(JournalLevel.Error, problem);
        }

        _floodProblem = problem;
    }
}
