using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of late refusals.</summary>
internal static class RefusalTable
{
    /// <summary>Keeps a refusal; the same recipient and sender again replaces it.</summary>
    public static void Add(SqliteConnection connection, RememberedRefusal refusal)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT OR REPLACE INTO refusal (recipient, any_sender, sender, code, enhanced, until)
            VALUES ($recipient, $any, $sender, $code, $enhanced, $until)
            """;
        command.Parameters.AddWithValue("$recipient", refusal.Recipient);
        command.Parameters.AddWithValue("$any", refusal.Sender is null ? 1 : 0);
        command.Parameters.AddWithValue("$sender", refusal.Sender ?? "");
        command.Parameters.AddWithValue("$code", (int)refusal.Code);
        command.Parameters.AddWithValue("$enhanced", refusal.Enhanced);
        command.Parameters.AddWithValue("$until", LedgerTime.ToMicroseconds(refusal.Until));
        command.ExecuteNonQuery();
    }

    /// <summary>Those that have not ended.</summary>
    public static List<RememberedRefusal> Current(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT recipient, any_sender, sender, code, enhanced, until FROM refusal WHERE until > $now";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        using var reader = command.ExecuteReader();
        var refusals = new List<RememberedRefusal>();
        while (reader.Read())
        {
            refusals.Add(new RememberedRefusal(
                reader.GetString(0), reader.GetInt64(1) != 0 ? null : reader.GetString(2), (ushort)reader.GetInt64(3), reader.GetString(4),
                LedgerTime.FromMicroseconds(reader.GetInt64(5))));
        }

        return refusals;
    }

    /// <summary>Forgets the refusals of a recipient, or all.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="recipient">The address in lower case; null for all.</param>
    public static void Forget(SqliteConnection connection, string? recipient)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM refusal WHERE $recipient IS NULL OR recipient = $recipient";
        command.Parameters.AddWithValue("$recipient", (object?)recipient ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    /// <summary>Removes those that have ended.</summary>
    public static void Trim(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM refusal WHERE until <= $now";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        command.ExecuteNonQuery();
    }
}
