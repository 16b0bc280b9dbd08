using System.Globalization;
using System.Net;
using System.Text;
using Garita.Gateway.Alarms;
using Garita.Gateway.Admission;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Tests.Counters;

/// <summary>
/// A botnet against the real counters and rules, with a clock of its own: networks that ask for one name of a dictionary each ten minutes,
/// beside trusted senders and honest ones that are new. What is asked for by whom goes the way it goes at RCPT.
/// </summary>
internal sealed class HarvestSimulation : IAlarms
{
    private const int Names = 20_000;
    private const int Real = 1_000;
    private const string Domain = "example.com";

    private readonly ManualTime _time = new();
    private readonly Random _random;
    private readonly HarvestWatch _watch;
    private readonly TrustBook _trust;
    private readonly TenantSettings _tenant = new() { Name = "acme", Domains = [Domain], Backends = new BackendSettings { Smtp = [] } };
    private readonly PriorityQueue<Action, long> _events = new();
    private readonly HashSet<int> _learnt = [];
    private readonly List<double> _waits = [];
    private readonly bool _retries;
    private readonly int _bots;
    private long _now;
    private readonly int[] _dictionary;

    /// <param name="retries">Whether bots try again like honest senders.</param>
    /// <param name="bots">Networks of the botnet.</param>
    /// <param name="seed">Of the random numbers.</param>
    internal HarvestSimulation(bool retries, int bots, int seed)
    {
        _retries = retries;
        _bots = bots;
        _random = new Random(seed);
        _watch = new HarvestWatch(_time) { Alarms = this };
        _trust = new TrustBook(new FakeLedger(), _time);
        _dictionary = [.. Enumerable.Range(0, Names)];
        _random.Shuffle(_dictionary);
    }

    internal int BotTries { get; private set; }

    internal int NoticedAfter { get; private set; }

    internal int TrustedMail { get; private set; }

    internal int TrustedDelayed { get; private set; }

    internal int NewSenders { get; private set; }

    /// <summary>The first alarm is when the harvest was noticed.</summary>
    public void Raise(Alarm alarm) => NoticedAfter = NoticedAfter == 0 ? BotTries : NoticedAfter;

    internal double Learnt => (double)_learnt.Count / Real;

    /// <summary>The share of new senders whose mail was answered within so many minutes.</summary>
    internal double Within(double minutes) => (double)_waits.Count(wait => wait <= minutes) / NewSenders;

    internal DisclosureState State => _watch.State(Domain, _tenant.Harvest);

    internal void Run(TimeSpan length)
    {
        // 1. A network that is trusted: mail on two days.
        var trusted = IPAddress.Parse("192.0.2.7");
        _trust.Accepted(trusted, null);
        _time.Advance(TimeSpan.FromDays(1));
        _trust.Accepted(trusted, null);

        // 2. Everybody's first turn.
        for (var bot = 0; bot < _bots; bot++)
        {
            var number = bot;
            After(TimeSpan.FromSeconds(_random.Next(600)), () => Bot(number, 0));
        }

        After(TimeSpan.FromMinutes(1), () => Trusted(trusted));
        After(TimeSpan.FromMinutes(20), NewSender);

        // 3. The day.
        while (_events.TryDequeue(out var act, out var at) && at <= length.Ticks)
        {
            _time.Advance(TimeSpan.FromTicks(at - _now));
            _now = at;
            act();
        }
    }

    internal string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(_retries ? "with" : "without")} retries: {_bots} networks, {BotTries} tries, noticed after {NoticedAfter}; real addresses learnt {_learnt.Count} of {Real} ({Learnt:P2}); trusted mail {TrustedMail}, delayed {TrustedDelayed}; {NewSenders} new senders whose SPF passes, answered within minutes: ");
        foreach (var minutes in new[] { 1, 5, 10, 15, 30, 60, 120 })
            text.Append(CultureInfo.InvariantCulture, $"{minutes}: {Within(minutes):P0}  ");
        return text.Append("- ").Append(State).ToString();
    }

    private void Bot(int number, int turn)
    {
        var client = new IPAddress([10, (byte)(number >> 8), (byte)number, 9]);
        // Each has its own part and then goes on in the others': none asks for a name twice, which would be a retry.
        var name = _dictionary[((number * (Names / _bots)) + turn) % Names];
        var sender = $"a{number}@bot{number}.test";
        BotTries++;
        var answered = Ask(client, null, sender, name);
        if (!answered && _retries)
            After(TimeSpan.FromMinutes(5), () => Again(client, sender, name, 1));
        After(TimeSpan.FromMinutes(10), () => Bot(number, turn + 1));
    }

    private void Again(IPAddress client, string sender, int name, int tries)
    {
        BotTries++;
        if (!Ask(client, null, sender, name) && tries < 6)
            After(TimeSpan.FromMinutes(5 << tries), () => Again(client, sender, name, tries + 1));
    }

    private void Trusted(IPAddress client)
    {
        TrustedMail++;
        if (!Ask(client, null, "list@partner.test", _random.Next(Real)))
            TrustedDelayed++;
        After(TimeSpan.FromMinutes(1), () => Trusted(client));
    }

    /// <summary>An honest sender nobody has heard of, whose server tries again after 5, 15 or 30 minutes and so on; some first after an hour and a half.</summary>
    private void NewSender()
    {
        var number = NewSenders++;
        var began = _now;
        var first = TimeSpan.FromMinutes(_random.Next(100) switch { < 50 => 5, < 75 => 10, < 90 => 15, < 97 => 30, _ => 90 });
        Try(first);
        After(TimeSpan.FromMinutes(10), NewSender);

        void Try(TimeSpan next)
        {
            // Big providers try again from other addresses.
            var client = new IPAddress([172, (byte)(16 + _random.Next(4)), (byte)_random.Next(256), 1]);
            if (Ask(client, $"new{number}.test", $"info@new{number}.test", number % Real))
                _waits.Add(TimeSpan.FromTicks(_now - began).TotalMinutes);
            else
                After(next, () => Try(next * 2));
        }
    }

    /// <summary>As at RCPT: who asks, what must not depend on the look-up, the look-up, what is counted of it.</summary>
    private bool Ask(IPAddress client, string? domain, string sender, int name)
    {
        var recipient = new Mailbox(string.Create(CultureInfo.InvariantCulture, $"name{name}"), Domain);
        var visitor = Visitor.Of(client, domain is not null, domain, _trust, new NetworkSettings(), _watch.Hash);
        if (RuleCatalogue.Harvest.Judge(_watch.Facts(_tenant, visitor, Domain)).IsBreach
            || RuleCatalogue.DistributedHarvest.Judge(_watch.PutOff(_tenant, visitor, sender, recipient)).IsBreach)
            return false;
        var exists = name < Real;
        _watch.Told(_tenant, visitor, recipient, exists);
        if (exists && sender.Contains("@bot", StringComparison.Ordinal))
            _learnt.Add(name);
        return true;
    }

    private void After(TimeSpan span, Action act) => _events.Enqueue(act, _now + span.Ticks);
}
