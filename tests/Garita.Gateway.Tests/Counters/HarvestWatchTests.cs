using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Alarms;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Alarms;
using Garita.Gateway.Tests.Rules;
using Garita.Protocols.Address;
using Xunit;

namespace Garita.Gateway.Tests.Counters;

[Collection(Alone.Name)]
public sealed class HarvestWatchTests
{
    private const string Domain = "example.com";
    private static readonly IPAddress Client = IPAddress.Parse("198.51.100.9");
    private static readonly TenantSettings Tenant = new() { Name = "acme", Domains = [Domain], Backends = new BackendSettings { Smtp = [] } };

    private readonly ManualTime _time = new();
    private readonly HarvestWatch _watch;
    private readonly TrustBook _trust;
    private readonly HeardAlarms _alarms = new();
    private readonly List<IPAddress> _offended = [];

    public HarvestWatchTests()
    {
        _watch = new HarvestWatch(_time)
        {
            Alarms = _alarms,
            Offended = (offender, _, _, _) =>
            {
                _offended.Add(offender.Client);
                return true;
            },
        };
        _trust = new TrustBook(new FakeLedger(), _time);
    }

    [Fact]
    public void Twenty_five_distinct_unknown_recipients_are_a_harvest()
    {
        var visitor = Visitor(Client);
        for (var i = 0; i < 40; i++)
            Tell(visitor, $"known{i}", exists: true);
        for (var i = 0; i < 24; i++)
            Tell(visitor, $"nobody{i}", exists: false);
        // A capped count of those known: half of 25 and 24.
        Assert.Equal((24, 25), (Facts(visitor).Unknown, Facts(visitor).Known));
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(visitor) with { Limits = new HarvestSettings { UnknownShare = 1 } });
        Tell(visitor, "nobody24", exists: false);
        var verdict = RulePages.AssertBreach(RuleCatalogue.Harvest, Facts(visitor), "450 4.7.1");
        Assert.Contains("at most 40 of your addresses at example.com were told to strangers today", verdict.Detail, StringComparison.Ordinal);
        RulePages.AssertBreach(RuleCatalogue.Harvest, Facts(visitor) with { AtMail = true }, "421 4.7.0");
        _time.Advance(TimeSpan.FromHours(1));
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(visitor));
    }

    [Fact]
    public void Five_of_which_half_or_more_are_unknown_are_a_harvest_but_not_of_a_trusted_network()
    {
        var visitor = Visitor(Client);
        for (var i = 0; i < 5; i++)
        {
            Tell(visitor, $"known{i}", exists: true);
            RulePages.AssertPass(RuleCatalogue.Harvest, Facts(visitor));
            Tell(visitor, $"nobody{i}", exists: false);
        }

        RulePages.AssertBreach(RuleCatalogue.Harvest, Facts(visitor), "450 4.7.1");
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(visitor) with { IsTrusted = true });
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(Visitor(IPAddress.Parse("198.51.101.9"))));
        RulePages.AssertBreach(RuleCatalogue.Harvest, Facts(Visitor(IPAddress.Parse("198.51.100.200"))), "450 4.7.1");
    }

    [Fact]
    public void Repeats_and_postmaster_are_no_harvest()
    {
        var visitor = Visitor(Client);
        for (var i = 0; i < 500; i++)
        {
            Tell(visitor, "Former.Colleague", exists: false);
            Tell(visitor, "former.colleague", exists: false);
            Tell(visitor, "postmaster", exists: false);
        }

        Assert.Equal(1, Facts(visitor).Unknown);
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(visitor));
    }

    [Fact]
    public void A_provider_that_is_trusted_is_counted_by_authenticated_domain()
    {
        Trust(Client);
        var bad = Visitor(Client, "bad.test");
        for (var i = 0; i < 25; i++)
            Tell(bad, $"nobody{i}", exists: false);
        RulePages.AssertBreach(RuleCatalogue.Harvest, Facts(bad), "450 4.7.1");
        RulePages.AssertPass(RuleCatalogue.Harvest, Facts(Visitor(Client, "good.test")));
        _watch.Refused(Tenant, bad);
        Assert.Null(_watch.MarkedBy(Client));
    }

    [Fact]
    public void Who_goes_on_after_refusals_is_told_of_and_its_next_transaction_refused()
    {
        var visitor = Visitor(Client);
        for (var i = 0; i < 5; i++)
            Tell(visitor, $"nobody{i}", exists: false);
        for (var i = 0; i < 3; i++)
            _watch.Refused(Tenant, visitor);
        Assert.Equal("acme", _watch.MarkedBy(Client));
        Assert.Empty(_offended);
        for (var i = 0; i < 3; i++)
            _watch.RefusedAtMail(new Garita.Gateway.Admission.Bans.Offender(Client, IsAnnounced: false), Tenant.Harvest.UnknownAtLeast);
        Assert.Equal(Client, Assert.Single(_offended));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(_watch.MarkedBy(Client));
    }

    [Fact]
    public void Disclosure_counts_distinct_addresses_told_to_strangers_by_the_day()
    {
        var visitor = Visitor(Client);
        Tell(visitor, "anna", exists: true);
        Tell(visitor, "anna", exists: true);
        Tell(visitor, "nobody", exists: false);
        _trust.Accepted(IPAddress.Parse("203.0.113.1"), null);
        Tell(Visitor(IPAddress.Parse("203.0.113.77")), "berta", exists: true);
        var state = _watch.State(Domain, Tenant.Harvest);
        Assert.Equal((1, 1), (state.ToldKnown, state.ToldUnknown));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _watch.State(Domain, Tenant.Harvest).ToldKnown);
    }

    [Fact]
    public void Disclosure_counts_by_network_and_sender_domain_by_the_day()
    {
        var v6 = Visitor(IPAddress.Parse("2001:db8:1:2::3"), "new.test");
        for (var hour = 0; hour < 5; hour++)
        {
            Tell(Visitor(Client), "anna", exists: true);
            Tell(Visitor(Client), $"nobody{hour}", exists: false);
            Tell(v6, $"known{hour}", exists: true);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(
            [new StrangerState("2001:db8:1::/48", 5, 0), new StrangerState("198.51.100.0/24", 1, 5), new StrangerState("new.test", 5, 0)], _watch.MostTold(10));
        for (var i = 0; i < 5; i++)
            Tell(Visitor(Client), $"nobody{i}", exists: false);
        Assert.Contains("its network was told today of 1 addresses that they exist, of 5 that they do not", Facts(Visitor(Client)).Disclosed, StringComparison.Ordinal);
        Assert.Single(_watch.MostTold(1), static told => told.Stranger is "2001:db8:1::/48");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_watch.MostTold(10));
    }

    [Fact]
    public void A_distributed_harvest_puts_strangers_off_and_lets_retries_through()
    {
        Trust(Client);
        Harvest();
        Assert.Equal((AlarmKind.DistributedHarvest, "acme", Domain), Heard());
        var stranger = Visitor(IPAddress.Parse("203.0.113.5"));
        RulePages.AssertBreach(RuleCatalogue.DistributedHarvest, PutOff(stranger, "real"), "451 4.7.1");
        RulePages.AssertBreach(RuleCatalogue.DistributedHarvest, PutOff(stranger, "nobody"), "451 4.7.1");
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(Visitor(Client), "real"));
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(stranger, "postmaster"));
        _time.Advance(TimeSpan.FromSeconds(30));
        RulePages.AssertBreach(RuleCatalogue.DistributedHarvest, PutOff(stranger, "real"), "451 4.7.1");
        _time.Advance(TimeSpan.FromSeconds(31));
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(stranger, "real"));
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(stranger, "real"));
        Assert.Equal(1, _watch.State(Domain, Tenant.Harvest).AnswersSpent);
        // Other sender, other network: a first try.
        RulePages.AssertBreach(RuleCatalogue.DistributedHarvest, PutOff(Visitor(IPAddress.Parse("203.0.114.5")), "real"), "451 4.7.1");
    }

    [Fact]
    public void Where_SPF_passes_a_retry_may_come_from_elsewhere()
    {
        Harvest();
        RulePages.AssertBreach(RuleCatalogue.DistributedHarvest, PutOff(Visitor(IPAddress.Parse("203.0.113.5"), "big.test"), "real"), "451 4.7.1");
        _time.Advance(TimeSpan.FromMinutes(5));
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(Visitor(IPAddress.Parse("203.0.200.5"), "big.test"), "real"));
    }

    [Fact]
    public void The_budget_is_spent_once_and_half_of_it_is_for_those_whose_SPF_passes()
    {
        Harvest();
        Assert.Equal(250, LetThrough(400, "10.1", spf: false));
        Assert.Equal(250, LetThrough(400, "10.2", spf: true));
        Assert.Equal(500, _watch.State(Domain, Tenant.Harvest).AnswersSpent);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(500, _watch.State(Domain, Tenant.Harvest).AnswersSpent);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, _watch.State(Domain, Tenant.Harvest).AnswersSpent);
    }

    [Fact]
    public void It_ends_by_itself_when_nobody_tries_any_more()
    {
        Harvest();
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(_watch.State(Domain, Tenant.Harvest).PutOffSince);
        _time.Advance(TimeSpan.FromMinutes(61));
        RulePages.AssertPass(RuleCatalogue.DistributedHarvest, PutOff(Visitor(Client), "real"));
        Assert.Null(_watch.State(Domain, Tenant.Harvest).PutOffSince);
    }

    [Fact]
    public void A_slow_trickle_does_not_hold_it_on()
    {
        Harvest();
        var on = 0;
        var lastDay = 0;
        for (var minute = 0; minute < 10 * 1440; minute++)
        {
            // Two an hour above what begins it.
            if (minute % 60 < 51)
            {
                for (var i = 0; i < 2; i++)
                {
                    var visitor = Visitor(Network((minute * 2) + i));
                    if (!PutOff(visitor, $"drop{minute}.{i}").IsOn)
                        Tell(visitor, $"drop{minute}.{i}", exists: false);
                }
            }

            _time.Advance(TimeSpan.FromMinutes(1));
            if (_watch.State(Domain, Tenant.Harvest).PutOffSince is null)
                continue;
            on++;
            lastDay += minute >= 9 * 1440 ? 1 : 0;
        }

        Assert.InRange(on, 60, 10 * 1440 * 2 / 3);
        Assert.Equal(0, lastDay);
    }

    [Fact]
    public void Five_times_the_usual_is_a_harvest_too()
    {
        // 4 an hour for two weeks are usual.
        for (var hour = 0; hour < 14 * 24; hour++)
        {
            for (var i = 0; i < 4; i++)
                Tell(Visitor(Network((hour * 4) + i)), $"usual{hour}.{i}", exists: false);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Empty(_alarms.Raised);
        for (var i = 0; i < 40; i++)
            Tell(Visitor(Network(i)), $"sudden{i}", exists: false);
        Assert.Single(_alarms.Raised);
    }

    [Fact]
    public void Bounces_beyond_the_number_are_put_off_and_alarmed_once_an_hour()
    {
        var anna = new Mailbox("anna", Domain);
        for (var i = 0; i < 20; i++)
        {
            RulePages.AssertPass(RuleCatalogue.BounceFlood, _watch.Bounces(Tenant, anna));
            _watch.BounceCame(anna);
        }

        var facts = _watch.Bounces(Tenant, anna);
        RulePages.AssertBreach(RuleCatalogue.BounceFlood, facts, "451 4.7.1");
        RulePages.AssertPass(RuleCatalogue.BounceFlood, _watch.Bounces(Tenant, new Mailbox("berta", Domain)));
        for (var i = 0; i < 180; i++)
            _watch.BounceCame(new Mailbox($"other{i}", Domain));
        RulePages.AssertBreach(RuleCatalogue.BounceFlood, _watch.Bounces(Tenant, new Mailbox("berta", Domain)), "451 4.7.1");
        _watch.BouncesRefused(Tenant, anna, facts);
        _watch.BouncesRefused(Tenant, anna, facts);
        Assert.Equal((AlarmKind.BounceFlood, "acme", Domain), Heard());
        _time.Advance(TimeSpan.FromHours(2));
        RulePages.AssertPass(RuleCatalogue.BounceFlood, _watch.Bounces(Tenant, anna));
    }

    [Fact]
    public void A_million_networks_take_bounded_memory_and_the_longest_idle_go_first()
    {
        // What earlier tests left to finalizers is no part of it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var octets = new byte[16];
        octets[0] = 0x20;
        for (var i = 0; i < 1_000_000; i++)
        {
            octets[2] = (byte)(i >> 16);
            octets[3] = (byte)(i >> 8);
            octets[4] = (byte)i;
            var visitor = Visitor(new IPAddress(octets));
            Tell(visitor, $"nobody{i}", exists: false);
            _ = PutOff(visitor, "real");
            if (i % 1000 == 0)
                Tell(Visitor(Client), $"nobody{i}", exists: false);
        }

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{taken / 1024.0 / 1024:F1} MiB, {_watch.Tallies.Count} senders");
        Assert.InRange(_watch.Tallies.Count, 1, NetworkTallies.Most);
        Assert.True(taken <= 48L << 20, $"{taken} octets");
        // Who was never idle is still known.
        Assert.Equal(25, Facts(Visitor(Client)).Unknown);
        GC.KeepAlive(_watch);
    }

    [Fact]
    public void Trusted_mail_for_recipients_that_exist_allocates_nothing()
    {
        Trust(Client);
        var networks = new NetworkSettings();
        var recipient = new Mailbox("anna", Domain);
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Once()
        {
            var visitor = Gateway.Counters.Harvest.Visitor.Of(Client, spfPassed: false, null, _trust, networks, _watch.Hash);
            _ = RuleCatalogue.Harvest.Judge(_watch.Facts(Tenant, visitor, Domain));
            _ = RuleCatalogue.DistributedHarvest.Judge(_watch.PutOff(Tenant, visitor, "a@x.test", recipient));
            _watch.Told(Tenant, visitor, recipient, exists: true);
        }
    }

    [Fact]
    public void Hashes_follow_the_reference_and_differ_by_key_and_number()
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];
        // The reference's vector for 8 octets 0…7: our number goes before the text, and the length counts the text alone.
        var reference = new KeyedHash(key);
        Assert.NotEqual(reference.Of("anna"), reference.Of("anna", 1));
        Assert.NotEqual(reference.Of("anna"), new KeyedHash().Of("anna"));
        Assert.Equal(reference.Of("ANNA"), reference.Of("anna"));
        Assert.NotEqual(reference.Of("a", "nna"), reference.Of("an", "na"));
    }

    private static IPAddress Network(int number) => new([10, (byte)(number >> 8), (byte)number, 1]);

    private void Harvest()
    {
        for (var i = 0; i < 100; i++)
            Tell(Visitor(Network(i)), $"guess{i}", exists: false);
    }

    private int LetThrough(int senders, string prefix, bool spf)
    {
        for (var i = 0; i < senders; i++)
            _ = PutOff(One(i), "real");
        _time.Advance(TimeSpan.FromMinutes(2));
        return Enumerable.Range(0, senders).Count(i => PutOff(One(i), "real").IsLetThrough);

        Visitor One(int i) => Visitor(IPAddress.Parse($"{prefix}.{i % 256}.{1 + (i / 256)}"), spf ? $"d{i}.test" : null, i);
    }

    private void Trust(IPAddress client)
    {
        _trust.Accepted(client, null);
        _time.Advance(TimeSpan.FromDays(1));
        _trust.Accepted(client, null);
    }

    private Visitor Visitor(IPAddress client, string? domain = null, int? network = null)
    {
        var visitor = Gateway.Counters.Harvest.Visitor.Of(client, domain is not null, domain, _trust, new NetworkSettings(), _watch.Hash);
        return network is { } number ? visitor with { Network = (ulong)number + 1 } : visitor;
    }

    private HarvestFacts Facts(in Visitor visitor) => _watch.Facts(Tenant, visitor, Domain);

    private DistributedHarvestFacts PutOff(in Visitor visitor, string recipient) => _watch.PutOff(Tenant, visitor, "info@sender.test", new Mailbox(recipient, Domain));

    private void Tell(in Visitor visitor, string recipient, bool exists) => _watch.Told(Tenant, visitor, new Mailbox(recipient, Domain), exists);

    private (AlarmKind Kind, string? Tenant, string Key) Heard()
    {
        var alarm = Assert.Single(_alarms.Raised);
        return (alarm.Kind, alarm.Tenant, alarm.Key);
    }
}
