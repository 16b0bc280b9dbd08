using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>
/// Audits of the host in the ledger. Unlike everything else there they are written by the command line itself, whether the gateway runs or not: a host
/// is audited before Garita serves on it, and as root, whom the gateway is not. SQLite lets one of both write at a time.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="time">The clock.</param>
public sealed class HardeningHistory(string dataFolder, TimeProvider time)
{
    private const int MostOfSame = 50;
    private const int MostOfAll = 500;
    private readonly string _path = Path.Combine(dataFolder, "ledger.db");

    /// <summary>The latest audit of a root, as JSON; null when there is none.</summary>
    /// <param name="root">The root.</param>
    /// <param name="roles">The roles, as one text.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public string? Latest(string root, string roles) => !File.Exists(_path) ? null : InLedger(database =>
    {
        using var command = database.Connection.CreateCommand();
        command.CommandText = "SELECT report FROM hardening WHERE root = $root AND roles = $roles ORDER BY id DESC LIMIT 1";
        command.Parameters.AddWithValue("$root", root);
        command.Parameters.AddWithValue("$roles", roles);
        return command.ExecuteScalar() as string;
    });

    /// <summary>Keeps an audit, durably; of the same root and roles the last 50 stay.</summary>
    /// <param name="root">The root.</param>
    /// <param name="roles">The roles, as one text.</param>
    /// <param name="at">When it was.</param>
    /// <param name="report">The audit as JSON.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written.</exception>
    public void Keep(string root, string roles, DateTimeOffset at, string report) => InLedger(database =>
    {
        database.InTransaction(() => Add(database.Connection, root, roles, at, report), durable: true);
        return true;
    });

    /// <summary>Keeps an act of an administrator that the gateway has no part in, durably.</summary>
    /// <param name="entry">The act.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written.</exception>
    public void Note(AuditEntry entry) => InLedger(database =>
    {
        database.InTransaction(() => AuditTable.Add(database.Connection, entry), durable: true);
        return true;
    });

    private static void Add(SqliteConnection connection, string root, string roles, DateTimeOffset at, string report)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO hardening (time, root, roles, report) VALUES ($time, $root, $roles, $report);
            DELETE FROM hardening WHERE root = $root AND roles = $roles AND id NOT IN
                (SELECT id FROM hardening WHERE root = $root AND roles = $roles ORDER BY id DESC LIMIT $same);
            DELETE FROM hardening WHERE id NOT IN (SELECT id FROM hardening ORDER BY id DESC LIMIT $all);
            """;
        command.Parameters.AddWithValue("$time", LedgerTime.ToMicroseconds(at));
        command.Parameters.AddWithValue("$root", root);
        command.Parameters.AddWithValue("$roles", roles);
        command.Parameters.AddWithValue("$report", report);
        command.Parameters.AddWithValue("$same", MostOfSame);
        command.Parameters.AddWithValue("$all", MostOfAll);
        command.ExecuteNonQuery();
    }

    private T InLedger<T>(Func<LedgerDatabase, T> work)
    {
        try
        {
            using var database = new LedgerDatabase(_path, time);
            database.Open();
            return work(database);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new LedgerUnavailableException($"{_path} cannot be used: {failure.Message}", failure);
        }
    }
}
