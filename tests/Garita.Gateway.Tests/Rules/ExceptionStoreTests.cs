using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Rules;
using Garita.Gateway.Tests.Ledger;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

public sealed class ExceptionStoreTests : IDisposable
{
    private static readonly ExceptionSubject Subject = new(IPAddress.Parse("192.0.2.7"), null, "eve@example.net", null);
    private static readonly ExceptionRule Block = new() { Id = "7", Sender = "@example.net", Block = true, Comment = "spam" };
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_block_holds_at_once_outlives_a_restart_and_is_audited()
    {
        await using (var ledger = await _folder.OpenAsync())
        {
            using var store = await ExceptionStore.OpenAsync(ledger, _folder.Time, []);
            Assert.True(store.Current.IsEmpty);
            await store.AddAsync(Block, "root (0)", "control.sock");
            Assert.NotNull(store.Current.Blocks(Subject, _folder.Time.GetUtcNow()));
        }

        await using var next = await _folder.OpenAsync();
        using var again = await ExceptionStore.OpenAsync(next, _folder.Time, []);
        Assert.NotNull(again.Current.Blocks(Subject, _folder.Time.GetUtcNow()));
        Assert.True(await again.RemoveAsync("7", "bob (1000)", "control.sock"));
        Assert.False(await again.RemoveAsync("7", "bob (1000)", "control.sock"));
        Assert.True(again.Current.IsEmpty);
        Assert.Equal(
            "bob (1000) exceptions.remove 7 sender=@example.net verdict=block \"spam\" -> |root (0) exceptions.add  -> 7 sender=@example.net verdict=block \"spam\"",
            string.Join('|', (await next.AuditTrailAsync(10)).Select(entry => $"{entry.Who} {entry.What} {entry.Before} -> {entry.After}")));
    }

    [Fact]
    public async Task A_reload_changes_those_of_the_settings_only()
    {
        await using var ledger = await _folder.OpenAsync();
        ExceptionRule[] file = [new() { Id = "file:3", Helo = "x", Rules = FrozenSet.Create(StringComparer.Ordinal, "fcrdns") }, new() { Id = "file:9", Helo = "y", Block = true }];
        using var store = await ExceptionStore.OpenAsync(ledger, _folder.Time, file);
        await store.AddAsync(Block, "root", "control.sock");

        await store.ReloadAsync([file[1]]);

        Assert.Equal("file:9 7", string.Join(' ', store.All.Select(one => one.Id)));
        Assert.False(await store.RemoveAsync("file:9", "root", "control.sock"));
        Assert.Equal("file:9 7", string.Join(' ', store.All.Select(one => one.Id)));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing()
    {
        await using var ledger = await _folder.OpenAsync();
        using var store = await ExceptionStore.OpenAsync(ledger, _folder.Time, []);
        await store.AddAsync(Block with { Until = _folder.Time.GetUtcNow().AddHours(1) }, "root", "control.sock");
        var before = store.Current;

        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(Block, "root", "control.sock"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(Block with { Id = "8", Sender = null }, "root", "control.sock"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(Block with { Id = "8", Block = false }, "root", "control.sock"));

        Assert.Same(before, store.Current);
        Assert.Single(await ledger.AuditTrailAsync(10));
        _folder.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(store.All);
    }

    [Fact]
    public async Task Nothing_changes_when_it_cannot_be_kept()
    {
        Directory.CreateDirectory(_folder.DatabaseFile);
        await using var ledger = await _folder.OpenAsync();
        using var store = await ExceptionStore.OpenAsync(ledger, _folder.Time, []);

        await Assert.ThrowsAsync<Gateway.Ledger.LedgerUnavailableException>(() => store.AddAsync(Block, "root", "control.sock"));

        Assert.True(store.Current.IsEmpty);
    }
}
