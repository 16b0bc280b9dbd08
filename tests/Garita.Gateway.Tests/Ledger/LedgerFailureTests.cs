using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Garita.Gateway.Tests.Ledger;

public sealed class LedgerFailureTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_file_system_for_the_lines_leaves_the_database_alone()
    {
        Directory.CreateDirectory(_folder.Decisions);
        var file = Path.Combine(_folder.Decisions, "decisions-20260301.jsonl");
        File.CreateSymbolicLink(file, "/dev/full"); // every write: no space left on device
        await using var ledger = await _folder.OpenAsync();

        for (var i = 0; i < 100; i++)
        {
            ledger.Record(_folder.Record(i));
            _folder.Time.Advance(Second / 10);
        }

        Assert.Equal(100, ledger.Dropped);
        Assert.Equal(100, (await ledger.ExplainAsync("@example.com", 1000)).Count);
        Assert.Single(_folder.Log, line => line.StartsWith("Error", StringComparison.Ordinal));

        File.Delete(file);
        _folder.Time.Advance(Second);
        ledger.Record(_folder.Record(100));
        _folder.Time.Advance(Second);
        Assert.Contains("\"s100\"", Assert.Single(await _folder.LinesAsync()), StringComparison.Ordinal);
        Assert.Equal(100, ledger.Dropped);
        Assert.Contains(_folder.Log, line => line.Contains("written again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_database_drops_records_keeps_acts_and_comes_back()
    {
        await using var ledger = await _folder.OpenAsync();
        ledger.Record(_folder.Record(0));
        await ledger.ExplainAsync("s0", 1);
        ledger.Database.Execute("PRAGMA max_page_count = 1"); // SQLITE_FULL as soon as it wants to grow

        for (var i = 1; i <= 500; i++)
            ledger.Record(_folder.Record(i));
        _folder.Time.Advance(Second / 10);
        ledger.Audit(new AuditEntry(_folder.Time.GetUtcNow(), "root", "control.sock", "stop", null, null));
        _folder.Time.Advance(Second / 10);
        Assert.Equal(500, ledger.Dropped);
        Assert.Equal(501, (await _folder.LinesAsync()).Count);

        // It opens the database afresh by itself, and the act was not lost.
        _folder.Time.Advance(Second);
        _folder.Time.Advance(Second);
        ledger.Record(_folder.Record(501));
        Assert.Single(await ledger.ExplainAsync("s501", 1));
        Assert.Single(await ledger.AuditTrailAsync(10));
        Assert.Equal(500, ledger.Dropped);
    }

    [Fact]
    public async Task A_locked_database_drops_records_and_comes_back()
    {
        await using var ledger = await _folder.OpenAsync();
        using (var other = new SqliteConnection($"Data Source={_folder.DatabaseFile};Pooling=False"))
        {
            other.Open();
            using var locking = other.CreateCommand();
            locking.CommandText = "BEGIN EXCLUSIVE";
            locking.ExecuteNonQuery();
            ledger.Record(_folder.Record(1));
            _folder.Time.Advance(Second / 10);
            Assert.Equal(1, ledger.Dropped);
        }

        _folder.Time.Advance(Second);
        ledger.Record(_folder.Record(2));
        Assert.Single(await ledger.ExplainAsync("@example.com", 10));
        Assert.Equal(2, (await _folder.LinesAsync()).Count);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_stops_nothing_and_is_opened_later()
    {
        Directory.CreateDirectory(_folder.DatabaseFile);
        await using var ledger = await _folder.OpenAsync();
        ledger.Record(_folder.Record(1));
        ledger.Audit(new AuditEntry(_folder.Time.GetUtcNow(), "root", "control.sock", "x", null, null));
        _folder.Time.Advance(Second / 10);

        Assert.Empty(await ledger.ExceptionsAsync());
        Assert.Empty(await ledger.DeliveriesAsync());
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.ExplainAsync("s1", 1));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.AddExceptionAsync(new ExceptionRule { Id = "1", Helo = "x" }));
        Assert.Equal(1, ledger.Dropped);

        Directory.Delete(_folder.DatabaseFile);
        _folder.Time.Advance(Second * 2);
        Assert.Single(await ledger.AuditTrailAsync(10));
    }

    [Theory]
    [InlineData("this is no database, and it is longer than the header of one: 0123456789012345678901234567890123456789")]
    [InlineData("SQLite format 3\0 but the rest of the header makes no sense at all 0123456789012345678901234567890123456789")]
    public async Task A_corrupt_database_is_moved_aside_at_the_start(string content)
    {
        await File.WriteAllTextAsync(_folder.DatabaseFile, content);

        await using var ledger = await _folder.OpenAsync();
        ledger.Record(_folder.Record(1));

        Assert.Single(await ledger.ExplainAsync("s1", 1));
        Assert.Equal(content, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.Data, "ledger.db.corrupt-*"))));
        Assert.Contains(_folder.Log, line => line.Contains("is corrupt", StringComparison.Ordinal));
        Assert.Equal(0, ledger.Dropped);
    }

    [Fact]
    public async Task A_killed_process_leaves_a_readable_ledger_and_a_torn_line_spoils_no_other()
    {
        await using var killed = await _folder.OpenAsync();
        killed.Record(_folder.Record(1));
        _folder.Time.Advance(Second);
        using var after = new LedgerFolder();
        // What a kill leaves: the files as they are, write-ahead log and all, and half a line.
        foreach (var name in (string[])["ledger.db", "ledger.db-wal"])
            File.Copy(Path.Combine(_folder.Data, name), Path.Combine(after.Data, name));
        Directory.CreateDirectory(after.Decisions);
        var file = Path.Combine(after.Decisions, _folder.Files[0]);
        File.Copy(Path.Combine(_folder.Decisions, _folder.Files[0]), file);
        await File.AppendAllTextAsync(file, "{\"time\":\"2026-03-0");

        await using var next = await after.OpenAsync();
        next.Record(after.Record(2));

        Assert.Equal("s2 s1", string.Join(' ', (await next.ExplainAsync("@example.com", 10)).Select(record => record.Session)));
        var lines = await after.LinesAsync();
        Assert.Equal(3, lines.Count);
        Assert.Equal("s2", DecisionJson.TryRead(lines[2])?.Session);
        Assert.Null(DecisionJson.TryRead(lines[1]));
    }

    [Fact]
    public async Task A_queue_that_nobody_empties_is_bounded_by_what_it_holds()
    {
        await using var ledger = await _folder.OpenAsync();
        var recipients = Enumerable.Range(0, 996).Select(i => new RecipientDecision($"u{i}@example.com", 550, "unknown-recipient")).ToArray();
        for (var i = 0; i < 210; i++)
            ledger.Record(new DecisionRecord { Time = _folder.Time.GetUtcNow(), Session = $"s{i}", Listener = "mx", Client = "192.0.2.1", Outcome = "refused", Recipients = recipients });

        Assert.Equal(10, ledger.Dropped);
        _folder.Time.Advance(Second);
        ledger.Record(_folder.Record(1000));
        Assert.Equal(10, ledger.Dropped);
        Assert.Contains(_folder.Log, line => line.Contains("faster than they can be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Old_records_go_from_both_stores()
    {
        await using var ledger = await _folder.OpenAsync(new LedgerSettings { Keep = TimeSpan.FromDays(30) });
        for (var day = 0; day < 40; day++)
        {
            ledger.Record(_folder.Record(day));
            _folder.Time.Advance(TimeSpan.FromDays(1));
        }

        ledger.Record(_folder.Record(40));
        _folder.Time.Advance(TimeSpan.FromMinutes(10));
        _folder.Time.Advance(Second);

        Assert.Equal("s11", (await ledger.ExplainAsync("@example.com", 100))[^1].Session);
        Assert.Equal("decisions-20260311.jsonl", _folder.Files[0]);
    }

    [Fact]
    public async Task Both_stores_stay_within_their_size_oldest_first_under_a_flood()
    {
        const long Max = 4 << 20;
        await using var ledger = await _folder.OpenAsync(new LedgerSettings { MaxSize = Max });
        for (var i = 0; i < 10_000; i++)
        {
            ledger.Record(_folder.Record(i, sender: $"u{i}@d{i}.example"));
            if (i % 500 == 499)
                _folder.Time.Advance(Second);
        }

        _folder.Time.Advance(Second);
        Assert.InRange(Directory.GetFiles(_folder.Decisions).Sum(path => new FileInfo(path).Length), Max / 4, Max / 2);
        Assert.InRange(ledger.Database.UsedOctets(), 1, Max / 2);
        Assert.False(File.Exists(Path.Combine(_folder.Decisions, "decisions-20260301.jsonl")));
        var kept = await ledger.ExplainAsync("@example.com", 10_000);
        Assert.Equal("s9999", kept[0].Session);
        Assert.InRange(kept.Count, 1000, 9000);
        Assert.Empty(await ledger.ExplainAsync("u0@d0.example", 1));
        Assert.Equal(0, ledger.Dropped);
        using var mentions = ledger.Database.Connection.CreateCommand();
        mentions.CommandText = "SELECT count(*) FROM mention WHERE decision NOT IN (SELECT id FROM decision)";
        Assert.InRange((long)mentions.ExecuteScalar()!, 0, 20_000); // a part goes with its last decision
    }
}
