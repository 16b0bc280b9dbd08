using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Xunit;
using static Garita.Gateway.Tests.Recipients.Ldap.ScriptedLdapServer;

namespace Garita.Gateway.Tests.Recipients.Ldap;

/// <summary>Attributes with more values than Active Directory gives at once, names in Unicode, and what the status says of a directory.</summary>
public sealed class LdapRangeTests : IDisposable
{
    private readonly LdapWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Values_beyond_the_first_range_are_read_to_the_last()
    {
        using var server = new ScriptedLdapServer(("proxyAddresses;range=0-1", ["smtp:a@example.com", "smtp:b@example.com"]), ("mail", ["z@example.com"]));
        server.Answer = (stream, asked) => Rest(asked) is { } entry ? SendAsync(stream, asked, entry) : server.Usual(stream, asked);
        var tenant = _world.Apply(server.Address);
        var result = await _world.Directory.SyncAsync("acme", force: false);
        Assert.Equal((true, 6, null), (result.IsTaken, result.Count, result.Problem));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap"), await _world.FindAsync(tenant, "e"));
        // The entry itself (baseObject), by its name.
        var rests = server.Requests.Where(static request => request.Has("range=")).ToList();
        Assert.All(rests, static request => Assert.True(request.Has("cn=x\n\u0001\0")));

        static (string, string[])? Rest(Asked asked) =>
            asked.Has("proxyAddresses;range=2-*") ? ("PROXYADDRESSES;RANGE=2-3", ["smtp:c@example.com", "smtp:d@example.com"])
            : asked.Has("proxyAddresses;range=4-*") ? ("proxyAddresses;range=4-*", ["smtp:e@example.com"]) : null;
    }

    [Theory]
    [InlineData("proxyAddresses;range=2-")]
    [InlineData("proxyAddresses;range=0-1")]
    [InlineData("proxyAddresses;range=3-2")]
    [InlineData("proxyAddresses;range=3-4")]
    [InlineData("proxyAddresses;range=2-2147483647")]
    public async Task Ranges_that_make_no_sense_are_no_reading(string range)
    {
        using var server = new ScriptedLdapServer(("proxyAddresses;range=0-1", ["smtp:a@example.com", "smtp:b@example.com"]));
        server.Answer = (stream, asked) => asked.Has("range=") ? SendAsync(stream, asked, (range, ["smtp:c@example.com"])) : server.Usual(stream, asked);
        _world.Apply(server.Address);
        var result = await _world.Directory.SyncAsync("acme", force: false);
        Assert.False(result.IsTaken);
        Assert.Contains("ranges of values", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_gone_meanwhile_ends_nothing()
    {
        using var server = new ScriptedLdapServer(("proxyAddresses;range=0-1", ["smtp:a@example.com", "smtp:b@example.com"]));
        server.Answer = (stream, asked) => asked.Has("range=") ? stream.WriteAsync(Message(asked.Id, Result(0x65, 32))).AsTask() : server.Usual(stream, asked);
        _world.Apply(server.Address);
        Assert.Equal(2, (await _world.Directory.SyncAsync("acme", force: false)).Count);
    }

    [Theory]
    [InlineData(LdapMode.Live, "ldap-live")]
    [InlineData(LdapMode.Sync, "ldap")]
    public async Task An_address_that_the_directory_has_in_Unicode_is_found(LdapMode mode, string foundIn)
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@b\u00fccher.example"]));
        var tenant = _world.Apply(server.Address, settings => settings with { Mode = mode }, ["xn--bcher-kva.example"]);
        if (mode == LdapMode.Sync)
            Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, foundIn), await _world.FindAsync(tenant, "anna", "xn--bcher-kva.example"));
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna+x", "xn--bcher-kva.example")).Status);
    }

    [Fact]
    public async Task The_status_says_how_a_directory_stands()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        var taken = _world.Time.GetUtcNow();
        Assert.Equal(new DirectoryState("acme", "ldap", 1, taken, 0, false, null), Assert.Single(_world.Directory.Directories()));
        server.Answer = static (_, _) => throw new IOException("down");
        Assert.False((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        var state = Assert.Single(_world.Directory.Directories());
        Assert.Equal((1, taken, 1L, false), (state.Count, state.Taken, state.Errors, state.IsStale));
        Assert.NotNull(state.Problem);

        using var metrics = new Gateway.Counters.GatewayMetrics();
        _world.Directory.ShowOn(metrics.Meter);
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter == metrics.Meter)
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[$"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal((1, 0, 1, 0), (seen["garita_directory_recipients acme"], seen["garita_directory_reading_age_seconds acme"], seen["garita_directory_errors_total acme"], seen["garita_directory_stale acme"]));
    }

    private static async Task SendAsync(Stream stream, Asked asked, (string, string[]) entry)
    {
        await stream.WriteAsync(Message(asked.Id, Entry(entry)));
        await stream.WriteAsync(Message(asked.Id, Result(0x65, 0)));
    }
}
