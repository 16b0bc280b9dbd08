using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of what is counted of recipients asked for.</summary>
internal static class HarvestTable
{
    /// <summary>No part is longer; what is longer was not written by us.</summary>
    private const int MostOctets = 16 * 1024 * 1024;

    /// <summary>A domain that nobody asked for so long is forgotten.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Keeps parts, each in place of the one before.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="rows">The parts.</param>
    /// <param name="anew">Whether what was there is of no use: a table that is broken or gone is made again.</param>
    /// <param name="now">The time.</param>
    public static void Keep(SqliteConnection connection, IReadOnlyList<HarvestRow> rows, bool anew, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        if (anew)
        {
            // As the migration makes it.
            command.CommandText = """
                DROP TABLE IF EXISTS harvest;
                CREATE TABLE harvest (part TEXT PRIMARY KEY, written INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
                """;
            command.ExecuteNonQuery();
        }

        command.CommandText = "INSERT OR REPLACE INTO harvest (part, written, state) VALUES ($part, $now, $state)";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        var part = command.Parameters.Add("$part", SqliteType.Text);
        var state = command.Parameters.Add("$state", SqliteType.Blob);
        foreach (var row in rows)
        {
            part.Value = row.Part;
            state.Value = row.State;
            command.ExecuteNonQuery();
        }

        command.Parameters.Clear();
        command.CommandText = "DELETE FROM harvest WHERE written < $oldest";
        command.Parameters.AddWithValue("$oldest", LedgerTime.ToMicroseconds(now - Kept));
        command.ExecuteNonQuery();
    }

    /// <summary>All parts.</summary>
    public static List<HarvestRow> All(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT part, state FROM harvest WHERE length(state) <= $most";
        command.Parameters.AddWithValue("$most", MostOctets);
        using var reader = command.ExecuteReader();
        var rows = new List<HarvestRow>();
        while (reader.Read())
            rows.Add(new HarvestRow(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }
}
