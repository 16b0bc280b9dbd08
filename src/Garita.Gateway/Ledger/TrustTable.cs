using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of networks and sender domains from which mail was accepted.</summary>
internal static class TrustTable
{
    /// <summary>Keeps one, in place of what was kept of it.</summary>
    public static void Add(SqliteConnection connection, RememberedTrust trust)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO trust (kind, key, last, before) VALUES ($kind, $key, $last, $before)";
        command.Parameters.AddWithValue("$kind", trust.Kind);
        command.Parameters.AddWithValue("$key", trust.Key);
        command.Parameters.AddWithValue("$last", trust.Last);
        command.Parameters.AddWithValue("$before", trust.Before);
        command.ExecuteNonQuery();
    }

    /// <summary>Those that were heard of lately, the latest first.</summary>
    public static List<RememberedTrust> Current(SqliteConnection connection, DateTimeOffset now, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, key, last, before FROM trust WHERE last >= $oldest ORDER BY last DESC LIMIT $most";
        command.Parameters.AddWithValue("$oldest", Oldest(now));
        command.Parameters.AddWithValue("$most", most);
        using var reader = command.ExecuteReader();
        var trusted = new List<RememberedTrust>();
        while (reader.Read())
            trusted.Add(new RememberedTrust(reader.GetByte(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3)));
        return trusted;
    }

    /// <summary>Forgets those that were not heard of for long.</summary>
    public static void Trim(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM trust WHERE last < $oldest";
        command.Parameters.AddWithValue("$oldest", Oldest(now));
        command.ExecuteNonQuery();
    }

    private static int Oldest(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).DayNumber - Admission.TrustBook.Days;
}
