using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Counters;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Counters;

public sealed class GreylistTests : IAsyncDisposable
{
    private static readonly IPAddress Client = IPAddress.Parse("198.51.100.7");
    private static readonly GreylistSettings Settings = new();

    private readonly ManualTime _time = new();
    private readonly FakeLedger _ledger = new();
    private Gateway.Counters.Greylist _list;

    public GreylistTests() => _list = new Gateway.Counters.Greylist(_ledger, _time);

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public void Who_comes_again_in_time_passes_and_is_known_for_36_days_after_its_last_mail()
    {
        Assert.Equal(GreylistTry.First, Note());
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(GreylistTry.TooSoon, Note());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(GreylistTry.Passed, Note());
        _time.Advance(TimeSpan.FromDays(36));
        Assert.Equal(GreylistTry.Passed, Note());
        _time.Advance(TimeSpan.FromDays(37));
        Assert.Equal(GreylistTry.First, Note());
    }

    [Fact]
    public void Who_comes_again_too_late_begins_anew()
    {
        Note();
        _time.Advance(TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
        Assert.Equal(GreylistTry.First, Note());
    }

    [Fact]
    public void A_provider_may_try_again_from_elsewhere_where_SPF_passes()
    {
        Note(domain: "big.example");
        Note(client: "203.0.113.9");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(GreylistTry.Passed, Note(client: "192.0.2.1", domain: "big.example"));
        Assert.Equal(GreylistTry.Passed, Note(client: "203.0.113.200"));
        Assert.Equal(GreylistTry.First, Note(client: "192.0.2.1"));
        Assert.Equal(GreylistTry.First, Note(client: "203.0.113.9", recipient: "bob@example.com"));
        Assert.Equal(GreylistTry.Passed, Note(client: "203.0.113.9", recipient: "ANNA@example.com"));
    }

    [Fact]
    public async Task Who_has_passed_is_known_after_a_restart_and_trusted_nowhere_for_it()
    {
        Note();
        _time.Advance(TimeSpan.FromMinutes(5));
        Note();
        var again = new Gateway.Counters.Greylist(_ledger, _time);
        await again.LoadAsync();
        _list = again;
        Assert.Equal(GreylistTry.Passed, Note());
        var trust = new TrustBook(_ledger, _time);
        await trust.LoadAsync();
        Assert.False(trust.IsKnown(Client));
    }

    [Fact]
    public void A_clock_that_was_put_back_makes_nobody_known_for_ever()
    {
        Note();
        _time.Advance(TimeSpan.FromMinutes(5));
        Note();
        _time.Advance(TimeSpan.FromDays(3));
        _time.JumpWallClock(TimeSpan.FromDays(-400));
        Assert.Equal(GreylistTry.First, Note());
    }

    [Fact]
    public void Only_the_suspicious_are_put_off()
    {
        var facts = new GreylistFacts("fcrdns", MustWait: true, TimeSpan.FromMinutes(5));
        Assert.Equal("for fcrdns; after 5 min", RulePages.AssertBreach(RuleCatalogue.Greylist, facts, "451 4.7.1").Detail);
        RulePages.AssertPass(RuleCatalogue.Greylist, facts with { Suspicion = null });
        RulePages.AssertPass(RuleCatalogue.Greylist, facts with { MustWait = false });
    }

    private GreylistTry Note(string? client = null, string? domain = null, string recipient = "anna@example.com") =>
        _list.Note(client is null ? Client : IPAddress.Parse(client), domain, "eve@x.test", recipient, Settings);
}
