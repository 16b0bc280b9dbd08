using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of who was told when of what the quarantine keeps.</summary>
internal static class DigestTable
{
    /// <summary>Recipients with something they were not told of, and not told anything since a time.</summary>
    public static List<QuarantineUntold> Untold(SqliteConnection connection, string tenant, DateTimeOffset since, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT r.address, max(d.sent) FROM quarantine q
            JOIN quarantine_recipient r ON r.quarantine = q.number AND r.state = 0 AND r.extra = 0
            LEFT JOIN quarantine_digest d ON d.tenant = q.tenant AND d.recipient = r.address
            WHERE q.tenant = $tenant AND (d.sent IS NULL OR (q.kept > d.sent AND d.sent <= $since))
            GROUP BY r.address LIMIT $most
            """;
        command.Parameters.AddWithValue("$tenant", tenant);
        command.Parameters.AddWithValue("$since", LedgerTime.ToMicroseconds(since));
        command.Parameters.AddWithValue("$most", most);
        using var reader = command.ExecuteReader();
        List<QuarantineUntold> recipients = [];
        while (reader.Read())
            recipients.Add(new QuarantineUntold(reader.GetString(0), reader.IsDBNull(1) ? null : LedgerTime.FromMicroseconds(reader.GetInt64(1))));
        return recipients;
    }

    /// <summary>Notes when a recipient was told.</summary>
    public static void Told(SqliteConnection connection, string tenant, string recipient, DateTimeOffset at)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO quarantine_digest (tenant, recipient, sent) VALUES ($tenant, $recipient, $sent)";
        command.Parameters.AddWithValue("$tenant", tenant);
        command.Parameters.AddWithValue("$recipient", recipient);
        command.Parameters.AddWithValue("$sent", LedgerTime.ToMicroseconds(at));
        command.ExecuteNonQuery();
    }
}
