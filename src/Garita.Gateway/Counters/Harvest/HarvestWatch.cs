using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Alarms;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// Everything that is counted of recipients asked for: by network and by domain, with bounded memory whatever is asked. It counts and says
/// what it counted; what becomes of it is the matter of the rules <c>harvest</c>, <c>distributed-harvest</c> and <c>bounce-flood</c>.
/// Mail of trusted networks for recipients that exist costs it nothing.
/// </summary>
internal sealed partial class HarvestWatch
{
    /// <summary>The ban that a harvester gets begins at this step of the ladder (3 h).</summary>
    internal const int BanStep = 2;

    private const int MostMarked = 20_000;
    private const int Hour = 3600;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly DateTimeOffset _startedAt;
    private readonly BounceFlood _bounces = new();
    private readonly ConcurrentDictionary<string, DomainWatch> _domains = new(StringComparer.Ordinal);
    private readonly OldestFirst<Mark> _marked = new(MostMarked);
    private KeyedHash _hash = new();
    private RetryMemory _retries = new();
    private ToldByDay _toldNetworks = new();
    private ToldByDay _toldDomains = new();
    private int _before;
    private volatile bool _anyMarked;

    internal HarvestWatch(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _startedAt = time.GetUtcNow();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Mark(ulong Sender, int At, string Tenant);

    /// <summary>Told of clients that go on after they were refused: client, rule, reason, first step of the ban. Says whether it banned.</summary>
    internal Func<Offender, string, string, int, bool>? Offended { get; set; }

    /// <summary>Told of what administrators should know.</summary>
    internal IAlarms Alarms { get; init; } = NoAlarms.Instance;

    /// <summary>Names as numbers.</summary>
    internal KeyedHash Hash => _hash;

    /// <summary>Senders counted now.</summary>
    internal NetworkTallies Tallies { get; } = new();

    // Goes on where the last run's stopped, so that what was counted then keeps its times.
    private int Now => _before + (int)_time.GetElapsedTime(_start).TotalSeconds;

    private int Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).DayNumber;

    /// <summary>What a sender asked of a tenant within the last hour.</summary>
    internal HarvestFacts Facts(TenantSettings tenant, in Visitor visitor, string domain, bool atMail = false)
    {
        var tally = Tallies.Find(Key(tenant, visitor), Now);
        // What would be said is made only where it may be needed.
        var isNear = tally.Unknown >= Math.Min(tenant.Harvest.UnknownAtLeast, tenant.Harvest.Unknown);
        return new HarvestFacts(tally.Unknown, tally.Known, visitor.IsTrusted, tenant.Harvest, isNear ? Disclosed(tenant, visitor, domain) : "", atMail);
    }

    /// <summary>Whether a sender is to be put off, before anything was looked up: neither the answer nor its time tells whether a recipient exists.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="visitor">Who asks.</param>
    /// <param name="sender">Its reverse-path; empty for the null one.</param>
    /// <param name="recipient">For whom.</param>
    internal DistributedHarvestFacts PutOff(TenantSettings tenant, in Visitor visitor, string sender, Mailbox recipient)
    {
        if (visitor.IsTrusted || recipient.IsPostmaster())
            return default;
        var settings = tenant.Harvest;
        var now = Now;
        var domain = DomainOf(recipient.Domain);
        var isOn = domain.IsOn(now, settings.DistributedUnknown, out var turn);
        if (turn == WatchTurn.Ended)
            Alarms.Raise(new Alarm(AlarmKind.DistributedHarvest, tenant.Name, $"the distributed harvest of {recipient.Domain} is over: {State(recipient.Domain, settings)}", recipient.Domain, IsOver: true));
        if (!isOn)
        {
            domain.Tried(now, settings.DistributedUnknown);
            return default;
        }

        var who = visitor.Domain is { } passed ? _hash.Of(passed, 1) : visitor.Network;
        var key = _hash.Of(recipient.LocalPart, recipient.Domain, _hash.Of(sender, who));
        var attempt = _retries.Note(key, visitor.SpfPassed, now, (int)settings.RetryAfter.TotalSeconds, (int)settings.RetryUntil.TotalSeconds);
        switch (attempt)
        {
            case Try.First:
                domain.Tried(now, settings.DistributedUnknown);
                break;
            case Try.Retry:
                bool spent;
                lock (domain.Budget)
                    spent = domain.Budget.TrySpend(visitor.SpfPassed, now / Hour, settings.AnswersPerDay, settings.AnswersForSpf);
                domain.IsDirty = true;
                if (!spent)
                    return new DistributedHarvestFacts(IsOn: true, IsLetThrough: false, State(recipient.Domain, settings).ToString());
                _retries.Answer(key, visitor.SpfPassed, now);
                break;
        }

        var through = attempt is Try.Retry or Try.Answered;
        return new DistributedHarvestFacts(IsOn: true, through, through ? "" : State(recipient.Domain, settings).ToString());
    }

    /// <summary>A sender was told whether a recipient exists.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="visitor">Who was told.</param>
    /// <param name="recipient">Of whom; <c>postmaster</c> is known to everybody.</param>
    /// <param name="exists">What it was told.</param>
    internal void Told(TenantSettings tenant, in Visitor visitor, Mailbox recipient, bool exists)
    {
        if ((visitor.IsTrusted && exists) || recipient.IsPostmaster())
            return;
        var now = Now;
        var settings = tenant.Harvest;
        var hash = _hash.Of(recipient.LocalPart, recipient.Domain);
        var key = Key(tenant, visitor);
        _ = exists ? Tallies.Known(key, hash, now, settings.Unknown) : Tallies.Unknown(key, hash, now, settings.Unknown);
        if (visitor.IsTrusted)
            return;
        var domain = DomainOf(recipient.Domain);
        if (visitor.IsStranger)
        {
            lock (domain.Budget)
                domain.Budget.Told(hash, exists, Today);
            domain.IsDirty = true;
            _toldNetworks.Note(visitor.Network, null, hash, exists, Today);
            if (visitor.Domain is { } name)
                _toldDomains.Note(_hash.Of(name), name, hash, exists, Today);
        }

        if (!exists && domain.Unknown(hash, visitor.Network, now, settings.DistributedUnknown, settings.DistributedNetworks, settings.DistributedTimesUsual) == WatchTurn.Begun)
            Alarms.Raise(new Alarm(AlarmKind.DistributedHarvest, tenant.Name, $"{recipient.Domain} is being harvested from many networks, senders that are not trusted are put off: {State(recipient.Domain, settings)}", recipient.Domain));
    }

    /// <summary>A sender was refused for harvesting: its next transaction is refused too, and if it goes on it is banned where bans may go.</summary>
    internal void Refused(TenantSettings tenant, in Visitor visitor)
    {
        if (visitor.IsTrusted)
            return;
        var key = Key(tenant, visitor);
        bool isNew;
        lock (_marked)
        {
            isNew = !_marked.TryGet(visitor.Network, out var before) || Now - before.At >= Hour;
            _marked.Set(visitor.Network, new Mark(key, Now, tenant.Name));
        }

        _anyMarked = true;
        if (isNew)
        {
            var network = Admission.ClientNetwork.Text(visitor.Client);
            Alarms.Raise(new Alarm(AlarmKind.Harvest, tenant.Name, $"{network} asks for many recipients that do not exist and is refused for an hour", network));
        }

        GoesOn(new Offender(visitor.Client, visitor.IsAnnounced), key, tenant.Harvest.UnknownAtLeast);
    }

    /// <summary>The tenant for whom a client's network was last refused for harvesting within the last hour; null for none. Costs nothing while none was.</summary>
    internal string? MarkedBy(IPAddress client)
    {
        if (!_anyMarked)
            return null;
        lock (_marked)
            return _marked.TryGet(Admission.ClientNetwork.NetworkKey(client), out var mark) && Now - mark.At < Hour ? mark.Tenant : null;
    }

    /// <summary>A marked client began another transaction and was refused.</summary>
    internal void RefusedAtMail(Offender offender, int most)
    {
        Mark mark;
        lock (_marked)
        {
            if (!_marked.TryGet(Admission.ClientNetwork.NetworkKey(offender.Client), out mark))
                return;
        }

        GoesOn(offender, mark.Sender, most);
    }

    /// <summary>Bounces within the last hour.</summary>
    internal BounceFloodFacts Bounces(TenantSettings tenant, Mailbox recipient)
    {
        var now = Now;
        return new BounceFloodFacts(
            _bounces.Count(_hash.Of(recipient.LocalPart, recipient.Domain), now), _bounces.Count(_hash.Of(recipient.Domain), now), tenant.Harvest);
    }

    /// <summary>A message with the null reverse-path came for a recipient.</summary>
    internal void BounceCame(Mailbox recipient) => _bounces.Came(_hash.Of(recipient.LocalPart, recipient.Domain), _hash.Of(recipient.Domain), Now);

    /// <summary>Bounces were refused: an alarm, once an hour for a domain.</summary>
    internal void BouncesRefused(TenantSettings tenant, Mailbox recipient, in BounceFloodFacts facts)
    {
        if (DomainOf(recipient.Domain).TryAlarm(Now))
            Alarms.Raise(new Alarm(AlarmKind.BounceFlood, tenant.Name, $"{facts.ToDomain} bounces within an hour came to {recipient.Domain}: somebody sends with its addresses", recipient.Domain));
    }

    /// <summary>What strangers were told of a domain.</summary>
    internal DisclosureState State(string name, HarvestSettings settings)
    {
        var now = Now;
        var domain = DomainOf(name);
        var since = domain.Since(now, settings.DistributedUnknown);
        lock (domain.Budget)
        {
            domain.Budget.Turn(Today);
            return new DisclosureState(
                name, domain.Budget.Known, domain.Budget.Unknown, domain.Budget.Spent(now / Hour), settings.AnswersPerDay,
                since is { } at ? _startedAt + TimeSpan.FromSeconds(at - _before) : null);
        }
    }

    /// <summary>What strangers were told of each domain that was asked for.</summary>
    internal IReadOnlyList<DisclosureState> States(GatewaySettings settings) =>
        [.. settings.TenantByDomain.Where(domain => _domains.ContainsKey(domain.Key)).OrderBy(static domain => domain.Key, StringComparer.Ordinal).Select(domain => State(domain.Key, domain.Value.Harvest))];

    /// <summary>Strangers that were told most today: networks, then sender domains, <paramref name="most"/> of each.</summary>
    internal IReadOnlyList<StrangerState> MostTold(int most)
    {
        var today = Today;
        return
        [
            .. _toldNetworks.MostTold(today, most).Select(static told => new StrangerState(Admission.ClientNetwork.Text(told.Stranger), told.Told.Known, told.Told.Unknown)),
            .. _toldDomains.MostTold(today, most).Select(static told => new StrangerState(told.Name ?? "a sender domain not heard of since the start", told.Told.Known, told.Told.Unknown)),
        ];
    }

    private string Disclosed(TenantSettings tenant, in Visitor visitor, string domain)
    {
        var told = _toldNetworks.Find(visitor.Network, Today);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{State(domain, tenant.Harvest)}; its network was told today of {told.Known} addresses that they exist, of {told.Unknown} that they do not");
    }

    private void GoesOn(Offender offender, ulong sender, int most)
    {
        if (Tallies.Refused(sender) > most)
            Offended?.Invoke(offender, "harvest", "asked for many recipients that do not exist, and went on", BanStep);
    }

    private ulong Key(TenantSettings tenant, in Visitor visitor) => _hash.Of(tenant.Name, visitor.Sender);

    // Only the tenants' own domains come here: as many as there are in the settings.
    private DomainWatch DomainOf(string domain) => _domains.TryGetValue(domain, out var watch) ? watch : _domains.GetOrAdd(domain, new DomainWatch(Now));
}
