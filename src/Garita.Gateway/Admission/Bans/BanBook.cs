using System.Net;
using Garita.Gateway.Alarms;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// Who is banned, and who may be. Rules ban one client (IPv4 /32, IPv6 /64), longer with each repeat within a week, and its network (/24, /48)
/// once three clients in it offended; never a network that mail was accepted from, nor one of <see cref="NeverBan"/>. Time is judged by the
/// monotonic clock, so that a jump of the wall clock ends no ban and prolongs none; the ledger keeps the end as a date for the next start.
/// <c>BanBook.Acts.cs</c> is what administrators do.
/// </summary>
public sealed partial class BanBook
{
    /// <summary>At most so many bans and memories of bans.</summary>
    internal const int Most = 150_000;

    /// <summary>So many clients of a network must have offended before the network is banned.</summary>
    internal const int OffendersForNetwork = 3;

    /// <summary>So long after its end a ban makes the next one longer.</summary>
    internal static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private const int LongestReason = 200;

    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly TrustBook _trust;
    private readonly IBanSink _sink;
    private readonly ILogger _log;
    private readonly BanIndex _table = new();
    private readonly BanPace _pace;
    private readonly PriorityQueue<BanKey, long> _due = new();
    private readonly Lock _lock = new();
    private GatewaySettings _settings;
    private NeverBan _never;
    private Task _told = Task.CompletedTask;
    private int _fresh;

    internal BanBook(GatewaySettings settings, ILedger ledger, TimeProvider time, TrustBook trust, IBanSink sink, ILogger log)
    {
        _settings = settings;
        _never = NeverBan.Make(settings, new Dictionary<string, IPAddress[]>(StringComparer.Ordinal), []);
        _ledger = ledger;
        _time = time;
        _trust = trust;
        _sink = sink;
        _log = log;
        _pace = new BanPace(time);
    }

    /// <summary>Bans that have not ended.</summary>
    public int Active => _table.Active;

    /// <summary>Told when more bans are wanted than may be made; called under the book's lock.</summary>
    internal IAlarms Alarms { get; init; } = NoAlarms.Instance;

    /// <summary>Whether a client may not connect. For the accept thread: no lock, no allocation.</summary>
    /// <param name="client">The client; an IPv4 address that IPv6 carries already made IPv4.</param>
    internal bool IsBanned(IPAddress client) => _table.Active != 0 && _table.Find(client, _time.GetTimestamp()) is not null;

    /// <summary>Bans a client for what it did.</summary>
    /// <param name="client">The client.</param>
    /// <param name="rule">The rule's slug.</param>
    /// <param name="reason">What it did, for people.</param>
    /// <param name="startStep">The step a first offence begins at.</param>
    /// <returns>Whether it is banned now; false where it may not be: then the caller slows it down.</returns>
    internal bool Offend(IPAddress client, string rule, string reason, int startStep = 0) => Offend(new Offender(client, IsAnnounced: false), rule, reason, startStep);

    /// <summary>The same, of a client that a PROXY header may have announced.</summary>
    internal bool Offend(Offender offender, string rule, string reason, int startStep)
    {
        lock (_lock)
        {
            var settings = _settings;
            if (!settings.Bans.Enabled)
                return false;
            var client = ClientNetwork.Normalize(offender.Client, settings.Networks.Nat64Prefixes);
            var address = new BanKey.Address(client);
            var key = address.Key(address.IsV4 ? 32 : 64);
            // Trust is kept for the /24 and /48, the widest that a rule bans.
            if (_trust.IsTrusted(client, settings.Networks) || _trust.IsKnown(client) || _never.Find(key.ToNetwork()) is not null)
                return false;
            var now = _time.GetTimestamp();
            startStep = Math.Clamp(startStep, 0, settings.Bans.Steps.Count - 1);
            if (_table.Find(client, now) is { } active && (active.Ban.Origin == BanOrigin.Administrator || active.Ban.Step >= startStep))
                return true;
            if (!TryMake(key, rule, reason, startStep, now, offender.IsAnnounced))
                return false;
            var wide = key.Wide();
            if (_table.Offenders(wide) >= OffendersForNetwork && _table.Find(wide, now) is null && _never.Find(wide.ToNetwork()) is null)
                TryMake(wide, rule, $"{_table.Offenders(wide)} clients in it, the last one: {reason}", startStep, now, offender.IsAnnounced);
            return true;
        }
    }

    /// <summary>Fills the book from the ledger.</summary>
    internal async Task LoadAsync()
    {
        var kept = await _ledger.BansAsync();
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var today = _time.GetUtcNow();
            foreach (var ban in kept)
            {
                // A clock that went back while we were stopped prolongs nothing.
                var whole = ban.Until - ban.Made;
                var left = Min(ban.Until - today, whole);
                var memory = Min(ban.Until + Remembered - today, whole + Remembered);
                if (memory <= TimeSpan.Zero || _table.Count >= Most || (left > TimeSpan.Zero && _never.Find(ban.Network) is not null))
                {
                    _ledger.ForgetBan(ban.Network);
                    continue;
                }

                Put(ban, now, left, memory);
            }

            Tell(_sink.SnapshotAsync, Current(now));
        }

        static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    /// <summary>Takes settings and the list that belongs to them; bans of those who are on it now end.</summary>
    internal void Apply(GatewaySettings settings, NeverBan never)
    {
        lock (_lock)
        {
            _settings = settings;
            _never = never;
            foreach (var entry in _table.All.Where(entry => !entry.IsPast && never.Find(entry.Ban.Network) is not null).ToList())
            {
                LogLifted(_log, entry.Ban.Network, never.Find(entry.Ban.Network)!);
                Drop(entry.Ban.Network);
            }
        }
    }

    /// <summary>Lets bans end, and forgets them in time.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal void Beat(long now)
    {
        lock (_lock)
        {
            while (_due.TryPeek(out var key, out var at) && at <= now)
            {
                _due.Dequeue();
                // Otherwise another took its place.
                if (_table.Get(key) is not { } entry)
                    continue;
                if (!entry.IsPast && entry.Deadline <= now)
                {
                    _table.End(entry);
                    _due.Enqueue(key, entry.ForgetAt);
                    Tell(_sink.UnbanAsync, entry.Ban.Network);
                }
                else if (entry.IsPast && entry.ForgetAt <= now)
                {
                    _table.Remove(key);
                    _ledger.ForgetBan(entry.Ban.Network);
                }
            }
        }
    }

    /// <summary>
    /// Whether open sessions have to be looked through for clients that were banned meanwhile; true twice after each ban, for one that came
    /// or went during the first look may have been missed.
    /// </summary>
    internal bool TakeFresh()
    {
        if (Volatile.Read(ref _fresh) == 0)
            return false;
        Interlocked.Decrement(ref _fresh);
        return true;
    }

    private bool TryMake(BanKey key, string rule, string reason, int startStep, long now, bool isAnnounced)
    {
        var settings = _settings.Bans;
        if (!_pace.TryTake(now, settings.PerMinute))
            return Refuse(now, $"more than {settings.PerMinute} bans within a minute (bans.per_minute): no more are made, offenders are only slowed down");
        if (_table.Count >= Most && !MakeRoom())
            return Refuse(now, $"the ban list is full ({Most}): no more bans are made, offenders are only slowed down");
        // 1. A repeat within a week is a step further; so is one of a running ban that deserves more.
        var before = _table.Get(key)?.Ban.Step ?? -1;
        var step = Math.Min(Math.Max(startStep, before + 1), settings.Steps.Count - 1);
        // 2. Made.
        var made = _time.GetUtcNow();
        var ban = new Ban(key.ToNetwork(), reason.Length > LongestReason ? reason[..LongestReason] : reason, rule, BanOrigin.Rule, made, made + settings.Steps[step], step) { IsAnnounced = isAnnounced };
        Make(ban, now);
        LogBanned(_log, ban.Network, settings.Steps[step], rule, DecisionText.Escape(ban.Reason));
        return true;
    }

    private void Make(Ban ban, long now)
    {
        Put(ban, now, ban.Until - ban.Made, ban.Until - ban.Made + Remembered);
        _ledger.Remember(ban);
        Volatile.Write(ref _fresh, 2);
        Tell(_sink.BanAsync, ban);
    }

    private void Put(Ban ban, long now, TimeSpan left, TimeSpan memory)
    {
        var key = BanKey.Of(ban.Network);
        var entry = new BanEntry(ban, now + Stamps(left), now + Stamps(memory));
        _table.Set(key, entry);
        // One that ended while we were stopped ends at the next beat.
        _due.Enqueue(key, entry.Deadline);
    }

    private void Drop(IPNetwork network)
    {
        _table.Remove(BanKey.Of(network));
        _ledger.ForgetBan(network);
        Tell(_sink.UnbanAsync, network);
    }

    /// <summary>Forgets a tenth of those that have ended, the oldest; false when none has.</summary>
    private bool MakeRoom()
    {
        var past = _table.All.Where(static entry => entry.IsPast).OrderBy(static entry => entry.ForgetAt).Take(Most / 10).ToList();
        foreach (var entry in past)
        {
            _table.Remove(BanKey.Of(entry.Ban.Network));
            _ledger.ForgetBan(entry.Ban.Network);
        }

        return past.Count > 0;
    }

    private bool Refuse(long now, string text)
    {
        if (_pace.IsNews(now))
        {
            LogRefused(_log, text);
            Alarms.Raise(new Alarm(AlarmKind.BansCapped, Tenant: null, text, "bans"));
        }

        return false;
    }

    private List<Ban> Current(long now)
    {
        var today = _time.GetUtcNow();
        return [.. _table.All.Where(entry => entry.Deadline > now).Select(entry => Shown(entry, now, today)).OrderBy(static ban => ban.Until)];
    }

    /// <summary>The ban with its end by the clock on the wall, which may have jumped since.</summary>
    private Ban Shown(BanEntry entry, long now, DateTimeOffset today)
    {
        var until = today + TimeSpan.FromSeconds((entry.Deadline - now) / (double)_time.TimestampFrequency);
        return (until - entry.Ban.Until).Duration() < TimeSpan.FromSeconds(5) ? entry.Ban : entry.Ban with { Until = until };
    }

    private long Stamps(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    // In their order, one at a time; under the lock.
    private void Tell<T>(Func<T, ValueTask> call, T what)
    {
        _told = NextAsync(_told);

        async Task NextAsync(Task before)
        {
            await before;
            try
            {
                await call(what);
            }
            catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException or InvalidOperationException or UnauthorizedAccessException)
            {
                LogNotTold(_log, failure.Message);
            }
        }
    }

    [LoggerMessage(1500, LogLevel.Warning, "{Network} is banned for {Duration}: {Rule}, {Reason}")]
    private static partial void LogBanned(ILogger log, IPNetwork network, TimeSpan duration, string rule, string reason);

    [LoggerMessage(1501, LogLevel.Critical, "{Text}")]
    private static partial void LogRefused(ILogger log, string text);

    [LoggerMessage(1502, LogLevel.Warning, "the ban of {Network} ended, for it has {Protected}, which is never banned")]
    private static partial void LogLifted(ILogger log, IPNetwork network, string @protected);

    [LoggerMessage(1503, LogLevel.Error, "a ban could not be given to the packet filter, the gateway enforces it alone: {Problem}")]
    private static partial void LogNotTold(ILogger log, string problem);
}
