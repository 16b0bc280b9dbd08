using System.Text.Json;
using Garita.Gateway.Relay.Quarantine;
using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>The rows of the quarantine: one an entry, one a recipient, one in the full-text index.</summary>
internal static class QuarantineTable
{
    /// <summary>Adds an entry; one that is there already stays.</summary>
    public static void Add(SqliteConnection connection, QuarantineEntry entry)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO quarantine (id, tenant, kept, state, room, twin, entry) VALUES ($id, $tenant, $kept, $state, $room, $twin, $entry)
            ON CONFLICT (id) DO NOTHING RETURNING number
            """;
        command.Parameters.AddWithValue("$id", entry.Id);
        command.Parameters.AddWithValue("$tenant", entry.Tenant);
        command.Parameters.AddWithValue("$kept", LedgerTime.ToMicroseconds(entry.Kept));
        command.Parameters.AddWithValue("$state", (int)entry.State);
        command.Parameters.AddWithValue("$room", entry.Room);
        command.Parameters.AddWithValue("$twin", Convert.FromHexString(entry.Twin));
        command.Parameters.AddWithValue("$entry", JsonSerializer.Serialize(entry, QuarantineJson.Default.QuarantineEntry));
        if (command.ExecuteScalar() is not long number)
            return;
        for (var place = 0; place < entry.Recipients.Count; place++)
            AddRecipient(connection, number, place, entry.Recipients[place].Address.ToLowerInvariant(), entry.Recipients[place].State, isExtra: false);

        using var text = connection.CreateCommand();
        text.CommandText = "INSERT INTO quarantine_text (rowid, sender, recipient, subject, rule) VALUES ($number, $sender, $recipient, $subject, $rule)";
        text.Parameters.AddWithValue("$number", number);
        text.Parameters.AddWithValue("$sender", entry.Sender);
        text.Parameters.AddWithValue("$recipient", string.Join('\n', entry.Recipients.Select(static recipient => recipient.Address)));
        text.Parameters.AddWithValue("$subject", entry.Subject);
        text.Parameters.AddWithValue("$rule", string.Join('\n', entry.Reasons.Select(static reason => reason.Rule)));
        text.ExecuteNonQuery();
    }

    /// <summary>The id of an entry that is wholly kept, with the same envelope and octets.</summary>
    public static List<string> Twin(SqliteConnection connection, string twin, DateTimeOffset since)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT id FROM quarantine q WHERE twin = $twin AND state = 0 AND kept >= $since
            AND NOT EXISTS (SELECT 1 FROM quarantine_recipient r WHERE r.quarantine = q.number AND r.state <> 0) LIMIT 1
            """;
        command.Parameters.AddWithValue("$twin", Convert.FromHexString(twin));
        command.Parameters.AddWithValue("$since", LedgerTime.ToMicroseconds(since));
        return command.ExecuteScalar() is string id ? [id] : [];
    }

    /// <summary>The entry with an id, or none.</summary>
    public static List<QuarantineEntry> Get(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, state, entry FROM quarantine WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return Read(connection, command, static _ => true, 1);
    }

    /// <summary>Entries that a query means, newest first.</summary>
    public static List<QuarantineEntry> Find(SqliteConnection connection, QuarantineQuery query)
    {
        using var command = connection.CreateCommand();
        var match = query.Match();
        // Newest first along the index, so that it ends with the last row that is wanted and sorts nothing; the plus sign keeps the words from leading.
#pragma warning disable CA2100 // Only constants come here.
        command.CommandText = string.Concat(
            "SELECT number, state, entry FROM quarantine q WHERE kept >= $since",
            query.Tenant is null ? "" : " AND tenant = $tenant",
            match is null ? "" : " AND +number IN (SELECT rowid FROM quarantine_text WHERE quarantine_text MATCH $match)",
            query.KeptFor is null ? "" : " AND number IN (SELECT quarantine FROM quarantine_recipient WHERE address = $for AND state = 0)",
            " ORDER BY kept DESC, number DESC");
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$since", query.Since is { } since ? LedgerTime.ToMicroseconds(since) : long.MinValue);
        AddText("$tenant", query.Tenant);
        AddText("$match", match);
        AddText("$for", query.KeptFor);
        return Read(connection, command, query.IsMeant, query.Most);

        void AddText(string name, string? value)
        {
            if (value is not null)
                command.Parameters.AddWithValue(name, value);
        }
    }

    /// <summary>All entries, in short.</summary>
    public static List<QuarantineRow> Rows(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, state, room FROM quarantine";
        return ReadRows(command);
    }

    /// <summary>Entries that are being released, in short.</summary>
    public static List<QuarantineRow> Releasing(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, state, room FROM quarantine WHERE state = 1";
        return ReadRows(command);
    }

    /// <summary>The oldest entries that were kept before a time.</summary>
    public static List<QuarantineRow> Older(SqliteConnection connection, string tenant, DateTimeOffset before, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, state, room FROM quarantine WHERE tenant = $tenant AND kept < $before ORDER BY kept LIMIT $most";
        command.Parameters.AddWithValue("$tenant", tenant);
        command.Parameters.AddWithValue("$before", LedgerTime.ToMicroseconds(before));
        command.Parameters.AddWithValue("$most", most);
        return ReadRows(command);
    }

    /// <summary>Begins a release; false when it may not begin.</summary>
    public static bool BeginRelease(SqliteConnection connection, string id, IReadOnlyList<string> recipients, IReadOnlyList<QuarantineState> from)
    {
        if (Number(connection, id) is not { } number)
            return false;
        var known = Recipients(connection, number);
        if (known.Exists(static recipient => recipient.State == QuarantineState.Releasing))
            return false;
        var places = recipients.Select(address => known.FindIndex(recipient => string.Equals(recipient.Address, address, StringComparison.Ordinal))).ToArray();
        if (Array.Exists(places, place => place >= 0 && !from.Contains(known[place].State)))
            return false;
        var next = known.Count;
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] < 0)
                AddRecipient(connection, number, next++, recipients[i], QuarantineState.Releasing, isExtra: true);
            else
                SetState(connection, number, recipients[i], QuarantineState.Releasing);
        }

        Conclude(connection, number);
        return true;
    }

    /// <summary>Ends a release; recipients that were chosen and did not get it are forgotten.</summary>
    public static void EndRelease(SqliteConnection connection, string id, QuarantineState to)
    {
        if (Number(connection, id) is not { } number)
            return;
        using var command = connection.CreateCommand();
        command.CommandText = to == QuarantineState.Kept
            ? "DELETE FROM quarantine_recipient WHERE quarantine = $number AND state = 1 AND extra = 1; UPDATE quarantine_recipient SET state = $to WHERE quarantine = $number AND state = 1"
            : "UPDATE quarantine_recipient SET state = $to WHERE quarantine = $number AND state = 1";
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$to", (int)to);
        command.ExecuteNonQuery();
        Conclude(connection, number);
    }

    /// <summary>Recipients of whom it was not known have it.</summary>
    public static void ConfirmRelease(SqliteConnection connection, string id, IReadOnlyList<string> recipients)
    {
        if (Number(connection, id) is not { } number)
            return;
        foreach (var recipient in Recipients(connection, number).Where(recipient => recipient.State == QuarantineState.Unknown && recipients.Contains(recipient.Address, StringComparer.Ordinal)))
            SetState(connection, number, recipient.Address, QuarantineState.Released);
        Conclude(connection, number);
    }

    /// <summary>Removes an entry.</summary>
    public static void Remove(SqliteConnection connection, string id)
    {
        if (Number(connection, id) is not { } number)
            return;
        using var command = connection.CreateCommand();
        command.CommandText = """
            DELETE FROM quarantine_text WHERE rowid = $number;
            DELETE FROM quarantine_recipient WHERE quarantine = $number;
            DELETE FROM quarantine WHERE number = $number
            """;
        command.Parameters.AddWithValue("$number", number);
        command.ExecuteNonQuery();
    }

    private static void AddRecipient(SqliteConnection connection, long number, int place, string address, QuarantineState state, bool isExtra)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO quarantine_recipient (quarantine, place, address, state, extra) VALUES ($number, $place, $address, $state, $extra)";
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$place", place);
        command.Parameters.AddWithValue("$address", address);
        command.Parameters.AddWithValue("$state", (int)state);
        command.Parameters.AddWithValue("$extra", isExtra);
        command.ExecuteNonQuery();
    }

    // An address may stand in the envelope twice: it is one recipient.
    private static void SetState(SqliteConnection connection, long number, string address, QuarantineState state)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE quarantine_recipient SET state = $state WHERE quarantine = $number AND address = $address";
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$address", address);
        command.Parameters.AddWithValue("$state", (int)state);
        command.ExecuteNonQuery();
    }

    /// <summary>The entry's state follows from its recipients': under way before unknown, before kept, before released.</summary>
    private static void Conclude(SqliteConnection connection, long number)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE quarantine SET state = (
                SELECT CASE WHEN max(state = 1) THEN 1 WHEN max(state = 3) THEN 3 WHEN max(state = 0 AND extra = 0) THEN 0 ELSE 2 END
                FROM quarantine_recipient WHERE quarantine = $number)
            WHERE number = $number
            """;
        command.Parameters.AddWithValue("$number", number);
        command.ExecuteNonQuery();
    }

    private static long? Number(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number FROM quarantine WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteScalar() as long?;
    }

    private static List<(string Address, QuarantineState State, bool IsExtra)> Recipients(SqliteConnection connection, long number)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT address, state, extra FROM quarantine_recipient WHERE quarantine = $number ORDER BY place";
        command.Parameters.AddWithValue("$number", number);
        using var reader = command.ExecuteReader();
        List<(string, QuarantineState, bool)> recipients = [];
        while (reader.Read())
            recipients.Add((reader.GetString(0), (QuarantineState)reader.GetInt32(1), reader.GetBoolean(2)));
        return recipients;
    }

    private static List<QuarantineEntry> Read(SqliteConnection connection, SqliteCommand command, Func<QuarantineEntry, bool> isMeant, int most)
    {
        List<QuarantineEntry> found = [];
        using var reader = command.ExecuteReader();
        while (found.Count < most && reader.Read())
        {
            if (QuarantineJson.TryRead(reader.GetString(2)) is not { } entry || !isMeant(entry))
                continue;
            var states = Recipients(connection, reader.GetInt64(0));
            found.Add(entry with
            {
                State = (QuarantineState)reader.GetInt32(1),
                Recipients =
                [
                    .. states.Select((state, i) => (i < entry.Recipients.Count ? entry.Recipients[i] : new QuarantinedRecipient(state.Address)) with { State = state.State, IsExtra = state.IsExtra }),
                ],
            });
        }

        return found;
    }

    private static List<QuarantineRow> ReadRows(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        List<QuarantineRow> rows = [];
        while (reader.Read())
            rows.Add(new QuarantineRow(reader.GetString(0), reader.GetString(1), (QuarantineState)reader.GetInt32(2), reader.GetInt64(3)));
        return rows;
    }
}
