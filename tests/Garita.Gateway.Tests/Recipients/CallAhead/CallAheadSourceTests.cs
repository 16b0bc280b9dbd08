using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients;
using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Alarms;
using Garita.Protocols.Address;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Recipients.CallAhead;

public sealed class CallAheadSourceTests : IDisposable
{
    private static readonly TenantSettings Tenant = new()
    {
        Name = "acme",
        Domains = ["example.com", "example.org"],
        Backends = new BackendSettings { Smtp = [] },
        Recipients = new RecipientSettings { Source = RecipientSource.CallAhead },
    };

    private readonly ManualTime _time = new();
    private readonly FakeProbes _probes = new();
    private readonly HeardAlarms _alarms = new();
    private readonly RecipientDirectory _directory;

    public CallAheadSourceTests()
    {
        _directory = new RecipientDirectory(new RefusalMemory(new FakeLedger(), _time), _time, NullLoggerFactory.Instance, _probes, _alarms);
        _directory.Apply(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Tenants = [Tenant] });
        _probes.Answers["anna"] = ProbeAnswer.Yes;
    }

    [Fact]
    public async Task A_yes_is_kept_for_a_day_and_a_no_for_two_hours()
    {
        Assert.Equal((RecipientStatus.Known, "call-ahead"), await FindAsync("anna"));
        Assert.Equal((RecipientStatus.Unknown, "call-ahead"), await FindAsync("eve"));
        Assert.Equal((RecipientStatus.Known, "call-ahead-cache"), await FindAsync("ANNA"));
        Assert.Equal((RecipientStatus.Unknown, "call-ahead-cache"), await FindAsync("eve"));
        // One more for a name that nobody has.
        Assert.Equal(3, _probes.Asked.Count);
        Assert.StartsWith("garita-", _probes.Asked[1], StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        Assert.Equal("call-ahead-cache", (await FindAsync("eve")).FoundIn);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("call-ahead", (await FindAsync("eve")).FoundIn);
        Assert.Equal("call-ahead-cache", (await FindAsync("anna")).FoundIn);
        _time.Advance(TimeSpan.FromHours(22));
        Assert.Equal("call-ahead", (await FindAsync("anna")).FoundIn);
    }

    [Fact]
    public async Task What_is_not_answered_is_neither_kept_nor_a_no()
    {
        _probes.Answers["anna"] = ProbeAnswer.CannotTell;
        Assert.Equal((RecipientStatus.Unavailable, "call-ahead"), await FindAsync("anna"));
        _probes.Answers["anna"] = ProbeAnswer.Yes;
        Assert.Equal((RecipientStatus.Known, "call-ahead"), await FindAsync("anna"));
    }

    [Fact]
    public async Task A_refusal_for_another_reason_leaves_it_to_the_server()
    {
        _probes.Answers["list"] = ProbeAnswer.Undecided;
        Assert.Equal(RecipientStatus.Known, (await FindAsync("list")).Status);
        Assert.Equal((RecipientStatus.Known, "call-ahead-cache"), await FindAsync("list"));
    }

    [Fact]
    public async Task Two_questions_a_second_for_a_domain_then_451()
    {
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("a")).Status);
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("b")).Status);
        Assert.Equal((RecipientStatus.Unavailable, "call-ahead-rate"), await FindAsync("c"));
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("c", "example.org")).Status);
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("a")).Status);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("c")).Status);
        Assert.Equal("call-ahead-rate", (await FindAsync("d")).FoundIn);
        _time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
            Assert.Equal(i < 2, (await FindAsync("e" + i)).Status == RecipientStatus.Unknown);
    }

    [Fact]
    public async Task The_same_address_is_asked_for_once_at_a_time()
    {
        _probes.Hold = new TaskCompletionSource();
        var first = FindAsync("eve");
        var second = FindAsync("EVE");
        Assert.False(first.IsCompleted || second.IsCompleted);
        _probes.Hold.SetResult();
        Assert.Equal(RecipientStatus.Unknown, (await first).Status);
        Assert.Equal(RecipientStatus.Unknown, (await second).Status);
        Assert.Single(_probes.Asked);
    }

    [Fact]
    public async Task A_server_that_takes_a_random_name_is_a_catch_all_for_a_day()
    {
        _probes.Otherwise = ProbeAnswer.Yes;
        Assert.Equal((RecipientStatus.Known, "call-ahead"), await FindAsync("anna"));
        Assert.Equal((RecipientStatus.Known, "call-ahead-catch-all"), await FindAsync("whoever"));
        Assert.Equal(2, _probes.Asked.Count);
        _time.Advance(TimeSpan.FromHours(24));
        _probes.Otherwise = ProbeAnswer.No;
        Assert.Equal((RecipientStatus.Unknown, "call-ahead"), await FindAsync("whoever"));
    }

    [Fact]
    public async Task Postmaster_is_not_asked_for()
    {
        Assert.Equal((RecipientStatus.Known, "postmaster"), await FindAsync("Postmaster"));
        Assert.Empty(_probes.Asked);
    }

    [Fact]
    public async Task A_server_that_forgets_whom_it_knew_is_not_believed()
    {
        _probes.Otherwise = ProbeAnswer.Yes;
        _probes.Answers["nobody"] = ProbeAnswer.No;
        using var directory = new RecipientDirectory(new RefusalMemory(new FakeLedger(), _time), _time, NullLoggerFactory.Instance, new RandomNamesDoNotExist(_probes), _alarms);
        directory.Apply(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Tenants = [Tenant] });
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(RecipientStatus.Known, (await directory.FindAsync(Tenant, null, new Mailbox("user" + i, "example.com"))).Status);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromHours(25));
        _probes.Otherwise = ProbeAnswer.No;
        List<RecipientStatus> said = [];
        for (var i = 0; i < 10; i++)
        {
            said.Add((await directory.FindAsync(Tenant, null, new Mailbox("user" + i, "example.com"))).Status);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([.. Enumerable.Repeat(RecipientStatus.Unknown, 4), .. Enumerable.Repeat(RecipientStatus.Unavailable, 6)], said);
        Assert.Equal(AlarmKind.LateRefusals, Assert.Single(_alarms.Raised).Kind);
        _time.Advance(TimeSpan.FromMinutes(11));
        _probes.Otherwise = ProbeAnswer.Yes;
        Assert.Equal(RecipientStatus.Known, (await directory.FindAsync(Tenant, null, new Mailbox("user0", "example.com"))).Status);
    }

    [Fact]
    public void Answers_are_bounded_and_the_one_used_longest_ago_goes()
    {
        var cache = new AnswerCache(3, _time);
        foreach (var address in (string[])["a", "b", "c"])
            cache.Put(address, ProbeAnswer.Yes, TimeSpan.FromHours(1));
        Assert.Equal(ProbeAnswer.Yes, cache.Find("a"));
        cache.Put("d", ProbeAnswer.No, TimeSpan.FromHours(1));
        Assert.Null(cache.Find("b"));
        Assert.Equal((3, 2), (cache.Count, cache.Known));
        Assert.True(cache.Put("a", ProbeAnswer.No, TimeSpan.FromHours(1)));
        cache.ForgetUnknown();
        Assert.Equal((1, 1), (cache.Count, cache.Known));
    }

    [Fact]
    public async Task Forgetting_an_address_makes_it_be_asked_anew()
    {
        Assert.Equal(RecipientStatus.Unknown, (await FindAsync("new")).Status);
        _probes.Answers["new"] = ProbeAnswer.Yes;
        _directory.Forget("New@example.com");
        Assert.Equal((RecipientStatus.Known, "call-ahead"), await FindAsync("new"));
    }

    [Fact]
    public async Task What_the_server_refused_late_is_asked_for_anew()
    {
        Assert.Equal(RecipientStatus.Known, (await FindAsync("anna")).Status);
        _directory.RefusedLate(Tenant, null, new Mailbox("anna", "example.com"), 550, new(5, 1, 1));
        Assert.Equal((RecipientStatus.RefusedLately, "late-refusal"), await FindAsync("anna"));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((RecipientStatus.Known, "call-ahead"), await FindAsync("anna"));
    }

    [Fact]
    public async Task Where_case_counts_each_is_asked_for_and_all_are_forgotten()
    {
        var tenant = Tenant with { Recipients = Tenant.Recipients with { CaseSensitive = true } };
        _directory.Apply(new GatewaySettings { Hostname = "gate.example", DataFolder = "/", Tenants = [tenant] });
        Assert.Equal(RecipientStatus.Known, (await FindAsync("anna")).Status);
        Assert.Equal((RecipientStatus.Unknown, "call-ahead"), await FindAsync("Anna"));
        _directory.Forget("ANNA@example.com");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("call-ahead", (await FindAsync("anna")).FoundIn);
        Assert.Equal("call-ahead", (await FindAsync("Anna")).FoundIn);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<(RecipientStatus Status, string FoundIn)> FindAsync(string local, string domain = "example.com")
    {
        var answer = await _directory.FindAsync(Tenant, null, new Mailbox(local, domain));
        return (answer.Status, answer.FoundIn);
    }

    private sealed class RandomNamesDoNotExist(FakeProbes probes) : IRecipientProbes
    {
        public ValueTask<ProbeAnswer> ProbeAsync(TenantSettings tenant, Mailbox recipient, long deadline) =>
            recipient.LocalPart.StartsWith("garita-", StringComparison.Ordinal) ? new(ProbeAnswer.No) : probes.ProbeAsync(tenant, recipient, deadline);
    }
}
