using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of what administrators did.</summary>
internal static class AuditTable
{
    /// <summary>Adds an act.</summary>
    public static void Add(SqliteConnection connection, AuditEntry entry)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO audit (time, who, place, what, state_before, state_after) VALUES ($time, $who, $place, $what, $before, $after)";
        command.Parameters.AddWithValue("$time", LedgerTime.ToMicroseconds(entry.Time));
        command.Parameters.AddWithValue("$who", entry.Who);
        command.Parameters.AddWithValue("$place", entry.Where);
        command.Parameters.AddWithValue("$what", entry.What);
        command.Parameters.AddWithValue("$before", (object?)entry.Before ?? DBNull.Value);
        command.Parameters.AddWithValue("$after", (object?)entry.After ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    /// <summary>The newest acts, newest first.</summary>
    public static List<AuditEntry> Newest(SqliteConnection connection, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT time, who, place, what, state_before, state_after FROM audit ORDER BY id DESC LIMIT $most";
        command.Parameters.AddWithValue("$most", most);
        using var reader = command.ExecuteReader();
        var entries = new List<AuditEntry>();
        while (reader.Read())
        {
            entries.Add(new AuditEntry(
                LedgerTime.FromMicroseconds(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5)));
        }

        return entries;
    }
}
