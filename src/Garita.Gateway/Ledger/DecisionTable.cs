using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The rows of decisions and their mentions. The statements are bound through SQLite's own interface: it takes the JSON as the octets it is,
/// and a parameter costs a tenth of what ADO.NET's does. Every call runs inside the caller's transaction.
/// </summary>
internal sealed class DecisionTable : IDisposable
{
    private const int FindPage = 1000;

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _mention;
    private readonly sqlite3_stmt _oldest;
    private readonly sqlite3_stmt _unmention;
    private readonly sqlite3_stmt _delete;
    private readonly List<(long Key, long Decision)> _mentions = [];
    private long _last;

    /// <summary>Prepares the statements.</summary>
    /// <param name="connection">An open connection to a migrated database.</param>
    public DecisionTable(SqliteConnection connection)
    {
        _db = connection.Handle!;
        _insert = Prepare("INSERT INTO decision (id, time, mentions, record) VALUES (?, ?, ?, ?)");
        _mention = Prepare("INSERT OR IGNORE INTO mention (key, decision) VALUES (?, ?)");
        _oldest = Prepare("SELECT id, time, mentions FROM decision ORDER BY id LIMIT ?");
        _unmention = Prepare("DELETE FROM mention WHERE key = ? AND decision = ?");
        _delete = Prepare("DELETE FROM decision WHERE id <= ?");
        using var last = Prepare("SELECT coalesce(max(id), 0) FROM decision");
        Step(last);
        _last = raw.sqlite3_column_int64(last, 0);
    }

    /// <summary>Adds the records of a batch.</summary>
    public void Insert(DecisionBatch batch)
    {
        _mentions.Clear();
        var id = _last;
        foreach (var entry in batch.Entries)
        {
            id++;
            var keys = batch.Keys.Slice(entry.FirstKey, entry.Keys);
            raw.sqlite3_bind_int64(_insert, 1, id);
            raw.sqlite3_bind_int64(_insert, 2, entry.Time);
            BindKeys(keys);
            raw.sqlite3_bind_text(_insert, 4, batch.Lines.Slice(entry.Offset, entry.Length));
            Run(_insert);
            foreach (var key in keys)
                _mentions.Add((key, id));
        }

        // In the order of the tree, each of its pages is found once a batch.
        _mentions.Sort();
        foreach (var (key, decision) in CollectionsMarshal.AsSpan(_mentions))
        {
            raw.sqlite3_bind_int64(_mention, 1, key);
            raw.sqlite3_bind_int64(_mention, 2, decision);
            Run(_mention);
        }

        _last = id;
    }

    /// <summary>Takes the oldest records away.</summary>
    /// <param name="before">Those decided before this time, microseconds; <see cref="long.MaxValue"/> for any.</param>
    /// <param name="most">At most this many.</param>
    /// <returns>How many were taken.</returns>
    public int Trim(long before, int most)
    {
        var last = 0L;
        var taken = 0;
        raw.sqlite3_bind_int64(_oldest, 1, most);
        try
        {
            while (Step(_oldest) && raw.sqlite3_column_int64(_oldest, 1) < before)
            {
                last = raw.sqlite3_column_int64(_oldest, 0);
                taken++;
                for (var keys = raw.sqlite3_column_blob(_oldest, 2); keys.Length >= sizeof(long); keys = keys[sizeof(long)..])
                {
                    raw.sqlite3_bind_int64(_unmention, 1, BinaryPrimitives.ReadInt64LittleEndian(keys));
                    raw.sqlite3_bind_int64(_unmention, 2, last);
                    Run(_unmention);
                }
            }
        }
        finally
        {
            _ = raw.sqlite3_reset(_oldest);
        }

        if (taken > 0)
        {
            raw.sqlite3_bind_int64(_delete, 1, last);
            Run(_delete);
        }

        return taken;
    }

    /// <summary>Records that answer a question, newest first.</summary>
    /// <param name="connection">Any connection to the same database.</param>
    /// <param name="question">The question.</param>
    /// <param name="most">At most this many.</param>
    public static List<DecisionRecord> Find(SqliteConnection connection, Question question, int most)
    {
        var found = new List<DecisionRecord>();
        using var candidates = connection.CreateCommand();
        candidates.CommandText = """
            SELECT DISTINCT decision FROM mention
            WHERE (key BETWEEN $from AND $to OR key BETWEEN $from2 AND $to2) AND decision < $below
            ORDER BY decision DESC LIMIT $page
            """;
        candidates.Parameters.AddWithValue("$from", question.Ranges[0].From);
        candidates.Parameters.AddWithValue("$to", question.Ranges[0].To);
        candidates.Parameters.AddWithValue("$from2", question.Ranges[^1].From);
        candidates.Parameters.AddWithValue("$to2", question.Ranges[^1].To);
        candidates.Parameters.AddWithValue("$page", FindPage);
        var below = candidates.Parameters.AddWithValue("$below", long.MaxValue);

        using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT record FROM decision WHERE id = $id";
        var id = rows.Parameters.Add("$id", SqliteType.Integer);
        for (var page = Page(); page.Count > 0 && found.Count < most; below.Value = page[^1], page = Page())
        {
            foreach (var decision in page)
            {
                if (found.Count >= most)
                    break;
                id.Value = decision;
                if (rows.ExecuteScalar() is string json && DecisionJson.TryRead(json) is { } record && question.IsMeant(record))
                    found.Add(record);
            }
        }

        return found;

        List<long> Page()
        {
            var ids = new List<long>();
            using var reader = candidates.ExecuteReader();
            while (reader.Read())
                ids.Add(reader.GetInt64(0));
            return ids;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _mention.Dispose();
        _oldest.Dispose();
        _unmention.Dispose();
        _delete.Dispose();
    }

    private void BindKeys(ReadOnlySpan<long> keys)
    {
        if (BitConverter.IsLittleEndian)
        {
            raw.sqlite3_bind_blob(_insert, 3, MemoryMarshal.AsBytes(keys));
            return;
        }

        var swapped = new long[keys.Length];
        BinaryPrimitives.ReverseEndianness(keys, swapped);
        raw.sqlite3_bind_blob(_insert, 3, MemoryMarshal.AsBytes<long>(swapped));
    }

    private sqlite3_stmt Prepare(string sql)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_db, sql, out var statement), _db);
        return statement;
    }

    private bool Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(code, _db);
        return code == raw.SQLITE_ROW;
    }

    private void Run(sqlite3_stmt statement)
    {
        try
        {
            Step(statement);
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }
}
