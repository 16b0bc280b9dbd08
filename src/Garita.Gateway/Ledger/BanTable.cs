using System.Net;
using Garita.Gateway.Admission.Bans;
using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The rows of bans, those remembered for repeats included. They are taken away only by the ban book, which knows how much time has passed;
/// a wall clock that is wrong for a while must not lose them.
/// </summary>
internal static class BanTable
{
    /// <summary>The origin of a ban that a rule made of a client announced by a PROXY header.</summary>
    private const int RuleOfAnnounced = 2;

    /// <summary>Keeps a ban in place of the one of the same network.</summary>
    public static void Add(SqliteConnection connection, Ban ban)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO ban (network, reason, rule, origin, made, until, step) VALUES ($network, $reason, $rule, $origin, $made, $until, $step)";
        var parameters = command.Parameters;
        parameters.AddWithValue("$network", ban.Network.ToString());
        parameters.AddWithValue("$reason", ban.Reason);
        parameters.AddWithValue("$rule", ban.Rule);
        parameters.AddWithValue("$origin", ban.IsAnnounced ? RuleOfAnnounced : (int)ban.Origin);
        parameters.AddWithValue("$made", LedgerTime.ToMicroseconds(ban.Made));
        parameters.AddWithValue("$until", LedgerTime.ToMicroseconds(ban.Until));
        parameters.AddWithValue("$step", ban.Step);
        command.ExecuteNonQuery();
    }

    /// <summary>All of them, the last to end first.</summary>
    public static List<Ban> All(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT network, reason, rule, origin, made, until, step FROM ban ORDER BY until DESC";
        using var reader = command.ExecuteReader();
        var bans = new List<Ban>();
        while (reader.Read())
        {
            var isAnnounced = reader.GetByte(3) == RuleOfAnnounced;
            bans.Add(new Ban(
                IPNetwork.Parse(reader.GetString(0)), reader.GetString(1), reader.GetString(2), isAnnounced ? BanOrigin.Rule : (BanOrigin)reader.GetByte(3),
                LedgerTime.FromMicroseconds(reader.GetInt64(4)), LedgerTime.FromMicroseconds(reader.GetInt64(5)), reader.GetInt32(6)) { IsAnnounced = isAnnounced });
        }

        return bans;
    }

    /// <summary>Forgets the ban of a network, or all.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="network">The network; null for all.</param>
    public static void Forget(SqliteConnection connection, IPNetwork? network)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM ban WHERE $network IS NULL OR network = $network";
        command.Parameters.AddWithValue("$network", (object?)network?.ToString() ?? DBNull.Value);
        command.ExecuteNonQuery();
    }
}
