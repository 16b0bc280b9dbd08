using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of deliveries whose answer may not have arrived.</summary>
internal static class DeliveryTable
{
    /// <summary>Keeps a delivery.</summary>
    public static void Add(SqliteConnection connection, RememberedDelivery delivery)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO delivery (key, session, until) VALUES ($key, $session, $until)";
        command.Parameters.AddWithValue("$key", delivery.Key);
        command.Parameters.AddWithValue("$session", delivery.Session);
        command.Parameters.AddWithValue("$until", LedgerTime.ToMicroseconds(delivery.Until));
        command.ExecuteNonQuery();
    }

    /// <summary>Those that are still remembered.</summary>
    public static List<RememberedDelivery> Current(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, session, until FROM delivery WHERE until > $now";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        using var reader = command.ExecuteReader();
        var deliveries = new List<RememberedDelivery>();
        while (reader.Read())
            deliveries.Add(new RememberedDelivery(reader.GetFieldValue<byte[]>(0), reader.GetString(1), LedgerTime.FromMicroseconds(reader.GetInt64(2))));
        return deliveries;
    }

    /// <summary>Forgets those whose time is over.</summary>
    public static void Trim(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM delivery WHERE until <= $now";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        command.ExecuteNonQuery();
    }
}
