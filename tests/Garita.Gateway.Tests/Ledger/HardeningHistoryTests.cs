using Garita.Gateway.Ledger;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Garita.Gateway.Tests.Ledger;

/// <summary>Audits of the host, kept by the command line beside a gateway that may run.</summary>
public sealed class HardeningHistoryTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly LedgerFolder _folder = new();
    private readonly HardeningHistory _history;

    public HardeningHistoryTests() => _history = new HardeningHistory(_folder.Data, _folder.Time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_latest_of_the_same_root_and_roles_comes_back()
    {
        Assert.Null(_history.Latest("/", "postfix"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Data));
        _history.Keep("/", "postfix", At, "1");
        _history.Keep("/", "postfix", At, "2");
        _history.Keep("/", "", At, "3");
        _history.Keep("/mnt", "postfix", At, "4");
        Assert.Equal("2", _history.Latest("/", "postfix"));
        Assert.Equal("3", _history.Latest("/", ""));
        Assert.Equal("4", _history.Latest("/mnt", "postfix"));
        Assert.Null(_history.Latest("/mnt", "exim"));
    }

    [Fact]
    public void Fifty_of_the_same_stay_and_five_hundred_in_all()
    {
        _history.Keep("/", "postfix", At, "of the host");
        for (var i = 0; i < 60; i++)
            _history.Keep("/mnt", "postfix", At, "of an image");
        Assert.Equal(51, Count());
        Assert.Equal("of the host", _history.Latest("/", "postfix"));
        for (var i = 0; i < 460; i++)
            _history.Keep($"/mnt/{i}", "", At, "of many");
        Assert.Equal(500, Count());
        Assert.Equal("of many", _history.Latest("/mnt/459", ""));
        Assert.Null(_history.Latest("/", "postfix"));
    }

    [Fact]
    public async Task A_gateway_that_runs_goes_on_and_shows_the_acts()
    {
        await using var ledger = await _folder.OpenAsync();
        ledger.Audit(new AuditEntry(At, "root (0)", "control.sock", "bans.add", null, "198.51.100.7"));
        _history.Note(new AuditEntry(At, "root", "command line", "harden.attest.sign", null, "locked-room: Anna"));
        _history.Keep("/", "", At, "1");
        ledger.Audit(new AuditEntry(At, "root (0)", "control.sock", "bans.remove", "198.51.100.7", null));
        var acts = await ledger.AuditTrailAsync(10);
        Assert.Equal(["bans.add", "bans.remove", "harden.attest.sign"], acts.Select(static act => act.What).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal("1", _history.Latest("/", ""));
    }

    [Fact]
    public void A_ledger_that_cannot_be_used_is_left_as_it_is()
    {
        File.WriteAllText(_folder.DatabaseFile, "no database, but long enough for the head of one: " + new string('x', 200));
        var before = File.ReadAllBytes(_folder.DatabaseFile);
        Assert.Throws<LedgerUnavailableException>(() => _history.Latest("/", ""));
        Assert.Throws<LedgerUnavailableException>(() => _history.Keep("/", "", At, "1"));
        Assert.Equal(before, File.ReadAllBytes(_folder.DatabaseFile));
        Directory.CreateDirectory(Path.Combine(_folder.Data, "other", "ledger.db"));
        Assert.Throws<LedgerUnavailableException>(() => new HardeningHistory(Path.Combine(_folder.Data, "other"), _folder.Time).Keep("/", "", At, "1"));
    }

    private long Count()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.DatabaseFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM hardening";
        return (long)command.ExecuteScalar()!;
    }
}
