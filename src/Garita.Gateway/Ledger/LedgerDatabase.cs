using System.Globalization;
using System.Reflection;
using DbUp;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace Garita.Gateway.Ledger;

/// <summary>
/// The file ledger.db and the one connection that writes it: WAL, so that readers and the writer do not wait for each other and
/// a killed process loses at most what it had not yet written; <c>synchronous=NORMAL</c>, so that a record costs no fsync.
/// Opens itself again after a failure. Not for several threads.
/// </summary>
internal sealed class LedgerDatabase(string path, TimeProvider time) : IDisposable
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private SqliteConnection? _connection;
    private DecisionTable? _decisions;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The writing connection.</summary>
    /// <exception cref="InvalidOperationException">It is not open.</exception>
    public SqliteConnection Connection => _connection ?? throw new InvalidOperationException("the ledger is not open");

    /// <summary>The decisions.</summary>
    /// <exception cref="InvalidOperationException">It is not open.</exception>
    public DecisionTable Decisions => _decisions ?? throw new InvalidOperationException("the ledger is not open");

    /// <summary>Whether a failure says that the file itself is broken.</summary>
    public static bool IsCorrupt(Exception failure) => failure is SqliteException { SqliteErrorCode: SqliteCorrupt or SqliteNotADatabase };

    /// <summary>Opens and migrates the file unless it is open.</summary>
    public void Open()
    {
        if (_decisions is not null)
            return;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            // SQLite gives its side files the mode of this one.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = Mode;
            if (!File.Exists(Path))
            {
                using var created = new FileStream(Path, options);
                // Whatever the umask of the service: the group's members ask the ledger without root.
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(created.SafeFileHandle, Mode);
            }
            _connection = Connect(readOnly: false);
            // auto_vacuum holds for a file that has no table yet.
            Execute("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216");
            Migrate(_connection);
            _decisions = new DecisionTable(_connection);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>A connection of its own for a reader; the caller closes it.</summary>
    public SqliteConnection OpenReader() => Connect(readOnly: true);

    /// <summary>Does something in a transaction, wholly or not at all.</summary>
    /// <param name="work">What.</param>
    /// <param name="durable">Whether it must outlive a power failure: waits for the disk.</param>
    public void InTransaction(Action work, bool durable = false)
    {
        if (durable)
            Execute("PRAGMA synchronous = FULL");
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }
        finally
        {
            if (durable)
                Execute("PRAGMA synchronous = NORMAL");
        }
    }

    /// <summary>Octets that are in use; free pages do not count.</summary>
    public long UsedOctets() => (Number("PRAGMA page_count") - FreePages()) * Number("PRAGMA page_size");

    /// <summary>Pages that hold nothing.</summary>
    public long FreePages() => Number("PRAGMA freelist_count");

    /// <summary>Gives free pages at the file's end back to the disk.</summary>
    /// <param name="most">At most this many.</param>
    public void GiveBack(int most)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({most})");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // A row a page.
        }
    }

    /// <summary>After a failure: closes what must be opened afresh. A database that was merely locked stays open.</summary>
    /// <returns>Where a corrupt file was moved to; null when it was not corrupt.</returns>
    public string? Recover(Exception failure)
    {
        if (failure is SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked })
            return null;
        Close();
        if (!IsCorrupt(failure))
            return null;
        var aside = string.Create(CultureInfo.InvariantCulture, $"{Path}.corrupt-{time.GetUtcNow():yyyyMMddHHmmssfff}");
        File.Move(Path, aside, overwrite: true);
        foreach (var side in (ReadOnlySpan<string>)["-wal", "-shm"])
        {
            if (File.Exists(Path + side))
                File.Move(Path + side, aside + side, overwrite: true);
        }

        return aside;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Runs SQL without parameters.</summary>
    internal void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Only constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void Migrate(SqliteConnection connection)
    {
        using var shared = new SharedConnection(connection);
        var result = DeployChanges.To.SqliteDatabase(shared)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), static name => name.Contains(".Ledger.Migrations.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw result.Error;
    }

    private SqliteConnection Connect(bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1, // seconds to wait for a lock: the writer holds up nobody but the queue
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private long Number(string pragma)
    {
        using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Only constants come here.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back already, as it does when the disk is full.
        }
    }

    private void Close()
    {
        _decisions?.Dispose();
        _decisions = null;
        _connection?.Dispose();
        _connection = null;
    }
}
