using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Ledger;
using Garita.Protocols.Address;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Counters;

/// <summary>What is counted of recipients asked for, over restarts.</summary>
public sealed class HarvestKeeperTests : IAsyncDisposable
{
    private const string Domain = "example.com";
    private static readonly TenantSettings Tenant = new() { Name = "acme", Domains = [Domain], Backends = new BackendSettings { Smtp = [] } };
    private static readonly GatewaySettings Settings = new()
    {
        Hostname = "mx.example.com",
        DataFolder = "/nonexistent",
        Tenants = [Tenant],
        TenantByDomain = new Dictionary<string, TenantSettings>(StringComparer.Ordinal) { [Domain] = Tenant }.ToFrozenDictionary(StringComparer.Ordinal),
    };

    private readonly ManualTime _time = new();
    private readonly FakeLedger _ledger = new();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task A_distributed_harvest_its_budget_and_its_first_tries_outlive_a_restart()
    {
        var run = await StartAsync();
        Harvest(run.Watch);
        _ = PutOff(run.Watch, "203.0.113.5", "real");
        _ = PutOff(run.Watch, "203.0.113.6", "other");
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(PutOff(run.Watch, "203.0.113.5", "real").IsLetThrough);
        var before = run.Watch.State(Domain, Tenant.Harvest);
        await run.Keeper.StopAsync();

        _time.Advance(TimeSpan.FromMinutes(3));
        var next = await StartAsync();
        var state = next.Watch.State(Domain, Tenant.Harvest);
        Assert.Equal(before, state);
        Assert.Equal((1, 100), (state.AnswersSpent, state.ToldUnknown));
        Assert.Equal(100, next.Watch.MostTold(200).Count);
        // A first try before the restart counts, and an answer is remembered.
        Assert.True(PutOff(next.Watch, "203.0.113.6", "other").IsLetThrough);
        Assert.True(PutOff(next.Watch, "203.0.113.5", "real").IsLetThrough);
        Assert.Equal(2, next.Watch.State(Domain, Tenant.Harvest).AnswersSpent);
        Assert.Equal((true, false), (PutOff(next.Watch, "203.0.114.7", "real").IsOn, PutOff(next.Watch, "203.0.114.7", "real").IsLetThrough));
    }

    [Fact]
    public async Task What_has_expired_meanwhile_is_dropped()
    {
        var run = await StartAsync();
        Harvest(run.Watch);
        _ = PutOff(run.Watch, "203.0.113.5", "real");
        await run.Keeper.StopAsync();
        _time.Advance(TimeSpan.FromHours(25));
        var state = (await StartAsync()).Watch.State(Domain, Tenant.Harvest);
        Assert.Equal((0, 0, null), (state.ToldUnknown, state.AnswersSpent, state.PutOffSince));
    }

    [Fact]
    public async Task Usual_rates_outlive_restarts_and_time_in_which_nothing_ran_is_not_calm()
    {
        var run = await StartAsync();
        for (var hour = 0; hour < 14 * 24; hour++)
        {
            for (var i = 0; i < 30; i++)
                Tell(run.Watch, $"10.{hour % 200}.{i}.1", $"usual{hour}.{i}");
            _time.Advance(TimeSpan.FromHours(1));
            if (hour % 24 != 23)
                continue;
            await run.Keeper.StopAsync();
            _time.Advance(TimeSpan.FromDays(5));
            run = await StartAsync();
        }

        // Less than five times 30 and less than the floor would be a harvest where 4 an hour are usual.
        for (var i = 0; i < 90; i++)
            Tell(run.Watch, $"10.201.{i}.1", $"more{i}");
        Assert.Null(run.Watch.State(Domain, Tenant.Harvest).PutOffSince);
        for (var i = 0; i < 90; i++)
            Tell(run.Watch, $"10.202.{i}.1", $"most{i}");
        Assert.NotNull(run.Watch.State(Domain, Tenant.Harvest).PutOffSince);
    }

    [Fact]
    public async Task It_is_written_every_minute_and_a_kill_loses_at_most_that()
    {
        var run = await StartAsync();
        Tell(run.Watch, "203.0.113.5", "one");
        _time.Advance(TimeSpan.FromSeconds(59));
        run.Keeper.Beat(_time.GetTimestamp());
        Assert.Empty(_ledger.Harvest);
        _time.Advance(TimeSpan.FromSeconds(1));
        run.Keeper.Beat(_time.GetTimestamp());
        Assert.True(SpinWait.SpinUntil(() => !_ledger.Harvest.IsEmpty, TimeSpan.FromSeconds(60)));
        Tell(run.Watch, "203.0.113.5", "two");
        Assert.Equal(1, (await StartAsync()).Watch.State(Domain, Tenant.Harvest).ToldUnknown);
    }

    [Fact]
    public async Task No_address_is_in_what_is_kept()
    {
        var run = await StartAsync();
        Harvest(run.Watch);
        _ = PutOff(run.Watch, "203.0.113.5", "real");
        await run.Keeper.StopAsync();
        Assert.All(_ledger.Harvest.Values, static state => Assert.DoesNotContain("guess", System.Text.Encoding.Latin1.GetString(state), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_broken_starts_clean_and_the_rest_stays()
    {
        var run = await StartAsync();
        Harvest(run.Watch);
        _ = PutOff(run.Watch, "203.0.113.5", "real");
        await run.Keeper.StopAsync();
        var good = _ledger.Harvest.ToArray();
        foreach (var (part, state) in good)
        {
            for (var length = 0; length < state.Length; length += part is "clock" ? 1 : 97)
            {
                _ledger.Harvest[part] = state[..length];
                await StartAsync();
            }

            for (var at = 0; at < Math.Min(state.Length, 800); at++)
            {
                _ledger.Harvest[part] = [.. state[..at], (byte)~state[at], .. state[(at + 1)..]];
                var broken = (await StartAsync()).Watch;
                Tell(broken, "203.0.113.5", "goes on");
                _ = PutOff(broken, "203.0.113.5", "real");
            }

            _ledger.Harvest[part] = state;
        }

        _ledger.Harvest["retries"] = [9];
        Assert.NotNull((await StartAsync()).Watch.State(Domain, Tenant.Harvest).PutOffSince);
        _ledger.Harvest["clock"] = [9];
        run = await StartAsync();
        Assert.Null(run.Watch.State(Domain, Tenant.Harvest).PutOffSince);
        Tell(run.Watch, "203.0.113.5", "one");
        await run.Keeper.StopAsync();
        // With another key the old parts are of no use.
        Assert.Equal("clock, domain example.com, told networks", string.Join(", ", _ledger.Harvest.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_gateway_that_never_ran_writes_nothing()
    {
        var run = await StartAsync();
        Harvest(run.Watch);
        await run.Keeper.StopAsync();
        var watch = new HarvestWatch(_time);
        Tell(watch, "203.0.113.5", "one");
        await new HarvestKeeper(watch, _ledger, _time, NullLogger.Instance).StopAsync();
        Assert.Equal(100, (await StartAsync()).Watch.State(Domain, Tenant.Harvest).ToldUnknown);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("DROP TABLE harvest")]
    [InlineData("DROP TABLE harvest; CREATE TABLE harvest (other TEXT)")]
    [InlineData("UPDATE harvest SET state = NULL WHERE 0; DELETE FROM harvest WHERE part = 'clock'")]
    public async Task The_ledger_keeps_it_and_a_table_that_is_broken_or_gone_is_made_again(string? sql)
    {
        using var folder = new LedgerFolder();
        await using (var ledger = await folder.OpenAsync())
        {
            var run = await StartAsync(ledger, folder);
            Harvest(run.Watch);
            await run.Keeper.StopAsync();
        }

        if (sql is not null)
        {
            using var connection = new SqliteConnection($"Data Source={folder.DatabaseFile};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the test.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        for (var start = 0; start < 2; start++)
        {
            await using var ledger = await folder.OpenAsync();
            var run = await StartAsync(ledger, folder);
            Assert.Equal(sql is null || start > 0 ? 100 : 0, run.Watch.State(Domain, Tenant.Harvest).ToldUnknown);
            if (sql is not null && start == 0)
            {
                Assert.Contains(folder.Log, static line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
                Harvest(run.Watch);
                await run.Keeper.StopAsync();
            }
        }
    }

    private static void Harvest(HarvestWatch watch)
    {
        for (var i = 0; i < 100; i++)
            Tell(watch, $"10.0.{i}.1", $"guess{i}");
    }

    private static void Tell(HarvestWatch watch, string client, string local) => watch.Told(Tenant, Visitor(client), new Mailbox(local, Domain), exists: false);

    private static DistributedHarvestFacts PutOff(HarvestWatch watch, string client, string local) =>
        watch.PutOff(Tenant, Visitor(client), "a@sender.test", new Mailbox(local, Domain)) is var facts ? new DistributedHarvestFacts(facts.IsOn, facts.IsLetThrough) : default;

    private static Visitor Visitor(string client)
    {
        var address = IPAddress.Parse(client);
        var network = ClientNetwork.NetworkKey(address);
        return new Visitor(address, network, network, IsTrusted: false, IsStranger: true, null);
    }

    private Task<(HarvestWatch Watch, HarvestKeeper Keeper)> StartAsync() => StartAsync(_ledger, null);

    private async Task<(HarvestWatch Watch, HarvestKeeper Keeper)> StartAsync(ILedger ledger, LedgerFolder? folder)
    {
        var watch = new HarvestWatch(_time);
        var keeper = new HarvestKeeper(watch, ledger, _time, folder is null ? NullLogger.Instance : ((Microsoft.Extensions.Logging.ILoggerFactory)folder).CreateLogger("harvest"));
        await keeper.LoadAsync(Settings);
        return (watch, keeper);
    }

    private readonly record struct DistributedHarvestFacts(bool IsOn, bool IsLetThrough);
}
