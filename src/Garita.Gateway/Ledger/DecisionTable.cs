using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The rows of decisions and their mentions. Mentions are kept in parts of some thousand decisions, each part a stretch of the tree
/// sorted by key: keys are hashes, and in one large tree every batch would rewrite every page of it. A part is named by its first decision,
/// is searched with one descent, newest part first, and goes away whole after its last decision.
/// The statements are bound through SQLite's own interface: it takes the JSON as the octets it is, and a parameter costs a tenth of what
/// ADO.NET's does. Every call that writes runs inside the caller's transaction.
/// </summary>
internal sealed class DecisionTable : IDisposable
{
    private const int MentionsOfAPart = 16_384;

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _mention;
    private readonly sqlite3_stmt _oldest;
    private readonly sqlite3_stmt _delete;
    private readonly sqlite3_stmt _deleteParts;
    private readonly List<(long Part, long Key, long Decision)> _mentions = [];
    private long _last;
    private long _part;
    private int _inPart;

    /// <summary>Prepares the statements.</summary>
    /// <param name="connection">An open connection to a migrated database.</param>
    public DecisionTable(SqliteConnection connection)
    {
        _db = connection.Handle!;
        _insert = Prepare("INSERT INTO decision (id, time, record) VALUES (?, ?, ?)");
        _mention = Prepare("INSERT OR IGNORE INTO mention (part, key, decision) VALUES (?, ?, ?)");
        _oldest = Prepare("SELECT id, time FROM decision ORDER BY id LIMIT ?");
        _delete = Prepare("DELETE FROM decision WHERE id <= ?");
        // The oldest part whose successor begins no later than the oldest decision that is left.
        _deleteParts = Prepare("""
            DELETE FROM mention WHERE part = (SELECT min(part) FROM mention)
            AND (SELECT min(part) FROM mention WHERE part > (SELECT min(part) FROM mention)) <= ?
            """);
        using var last = Prepare("SELECT max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(decision) FROM mention WHERE part = (SELECT max(part) FROM mention)), 0))");
        Step(last);
        _last = raw.sqlite3_column_int64(last, 0);
        _part = _last + 1;
    }

    /// <summary>Adds the records of a batch.</summary>
    public void Insert(DecisionBatch batch)
    {
        _mentions.Clear();
        var (id, part, inPart) = (_last, _part, _inPart);
        foreach (var entry in batch.Entries)
        {
            id++;
            if (inPart >= MentionsOfAPart)
                (part, inPart) = (id, 0);
            inPart += entry.Keys;
            raw.sqlite3_bind_int64(_insert, 1, id);
            raw.sqlite3_bind_int64(_insert, 2, entry.Time);
            raw.sqlite3_bind_text(_insert, 3, batch.Lines.Slice(entry.Offset, entry.Length));
            Run(_insert);
            foreach (var key in batch.Keys.Slice(entry.FirstKey, entry.Keys))
                _mentions.Add((part, key, id));
        }

        // In the order of the tree, each of its pages is found once a batch.
        _mentions.Sort();
        foreach (var (itsPart, key, decision) in CollectionsMarshal.AsSpan(_mentions))
        {
            raw.sqlite3_bind_int64(_mention, 1, itsPart);
            raw.sqlite3_bind_int64(_mention, 2, key);
            raw.sqlite3_bind_int64(_mention, 3, decision);
            Run(_mention);
        }

        (_last, _part, _inPart) = (id, part, inPart);
    }

    /// <summary>Takes the oldest records away, and at most one part of mentions.</summary>
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
            raw.sqlite3_bind_int64(_deleteParts, 1, last + 1);
            Run(_deleteParts);
        }

        return taken;
    }

    /// <summary>Records that answer a question, newest first.</summary>
    /// <param name="connection">Any connection to the same database.</param>
    /// <param name="question">The question.</param>
    /// <param name="most">At most this many.</param>
    public static List<DecisionRecord> Find(SqliteConnection connection, Question question, int most)
    {
        using var parts = connection.CreateCommand();
        parts.CommandText = "SELECT max(part) FROM mention WHERE part < $below";
        var below = parts.Parameters.AddWithValue("$below", long.MaxValue);
        using var candidates = connection.CreateCommand();
        candidates.CommandText = """
            SELECT DISTINCT decision FROM mention
            WHERE part = $part AND (key BETWEEN $from AND $to OR key BETWEEN $from2 AND $to2)
            ORDER BY decision DESC
            """;
        candidates.Parameters.AddWithValue("$from", question.Ranges[0].From);
        candidates.Parameters.AddWithValue("$to", question.Ranges[0].To);
        candidates.Parameters.AddWithValue("$from2", question.Ranges[^1].From);
        candidates.Parameters.AddWithValue("$to2", question.Ranges[^1].To);
        var part = candidates.Parameters.Add("$part", SqliteType.Integer);
        using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT record FROM decision WHERE id = $id";
        var id = rows.Parameters.Add("$id", SqliteType.Integer);

        var found = new List<DecisionRecord>();
        while (found.Count < most && parts.ExecuteScalar() is long newest)
        {
            below.Value = part.Value = newest;
            using var reader = candidates.ExecuteReader();
            while (found.Count < most && reader.Read())
            {
                id.Value = reader.GetInt64(0);
                if (rows.ExecuteScalar() is string json && DecisionJson.TryRead(json) is { } record && question.IsMeant(record))
                    found.Add(record);
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _mention.Dispose();
        _oldest.Dispose();
        _delete.Dispose();
        _deleteParts.Dispose();
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
