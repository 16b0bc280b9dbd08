using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Rules;
using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of exceptions that were made by a verb.</summary>
internal static class ExceptionTable
{
    /// <summary>Adds an exception.</summary>
    /// <returns>Whether it was added; false: its id is taken.</returns>
    public static bool Add(SqliteConnection connection, ExceptionRule exception)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT OR IGNORE INTO exception (id, client, helo, sender, recipient, rules, block, until, comment)
            VALUES ($id, $client, $helo, $sender, $recipient, $rules, $block, $until, $comment)
            """;
        var parameters = command.Parameters;
        parameters.AddWithValue("$id", exception.Id);
        parameters.AddWithValue("$client", (object?)exception.Client?.ToString() ?? DBNull.Value);
        parameters.AddWithValue("$helo", (object?)exception.Helo ?? DBNull.Value);
        parameters.AddWithValue("$sender", (object?)exception.Sender ?? DBNull.Value);
        parameters.AddWithValue("$recipient", (object?)exception.Recipient ?? DBNull.Value);
        parameters.AddWithValue("$rules", string.Join(' ', exception.Rules.Order(StringComparer.Ordinal)));
        parameters.AddWithValue("$block", exception.Block ? 1 : 0);
        parameters.AddWithValue("$until", exception.Until is { } until ? LedgerTime.ToMicroseconds(until) : DBNull.Value);
        parameters.AddWithValue("$comment", exception.Comment);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Removes an exception.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Remove(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM exception WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>Those that have not ended.</summary>
    public static List<ExceptionRule> Current(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT id, client, helo, sender, recipient, rules, block, until, comment FROM exception
            WHERE until IS NULL OR until > $now ORDER BY id
            """;
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        using var reader = command.ExecuteReader();
        var exceptions = new List<ExceptionRule>();
        while (reader.Read())
        {
            exceptions.Add(new ExceptionRule
            {
                Id = reader.GetString(0),
                Client = Text(1) is { } client ? IPNetwork.Parse(client) : null,
                Helo = Text(2),
                Sender = Text(3),
                Recipient = Text(4),
                Rules = reader.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal),
                Block = reader.GetInt64(6) != 0,
                Until = reader.IsDBNull(7) ? null : LedgerTime.FromMicroseconds(reader.GetInt64(7)),
                Comment = reader.GetString(8),
            });
        }

        return exceptions;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Removes those that have ended.</summary>
    public static void Trim(SqliteConnection connection, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM exception WHERE until <= $now";
        command.Parameters.AddWithValue("$now", LedgerTime.ToMicroseconds(now));
        command.ExecuteNonQuery();
    }
}
