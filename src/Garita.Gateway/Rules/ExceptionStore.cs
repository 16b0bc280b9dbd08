using System.Globalization;
using Garita.Gateway.Ledger;

namespace Garita.Gateway.Rules;

/// <summary>
/// Exceptions of the settings and of the ledger together. <see cref="Current"/> is swapped whole with every change;
/// each change by a verb is kept durably first and leaves an audit entry.
/// </summary>
public sealed class ExceptionStore : IDisposable
{
    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private IReadOnlyList<ExceptionRule> _fromSettings;
    private Snapshot _snapshot = new([], ExceptionSet.Empty);

    private ExceptionStore(ILedger ledger, TimeProvider time, IReadOnlyList<ExceptionRule> fromSettings) =>
        (_ledger, _time, _fromSettings) = (ledger, time, fromSettings);

    /// <summary>The exceptions in force. Ask anew for each message, not once a session: a block must hold at once.</summary>
    public ExceptionSet Current => Volatile.Read(ref _snapshot).Set;

    /// <summary>The exceptions that have not ended: those of the settings first, then those of verbs, by id.</summary>
    public IReadOnlyList<ExceptionRule> All
    {
        get
        {
            var now = _time.GetUtcNow();
            return [.. Volatile.Read(ref _snapshot).Exceptions.Where(one => IsInForce(one, now))];
        }
    }

    /// <summary>Reads the exceptions of the ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fromSettings">Exceptions of the settings.</param>
    public static async Task<ExceptionStore> OpenAsync(ILedger ledger, TimeProvider time, IReadOnlyList<ExceptionRule> fromSettings)
    {
        var store = new ExceptionStore(ledger, time, fromSettings);
        store.Swap(await ledger.ExceptionsAsync());
        return store;
    }

    /// <summary>Takes the exceptions of new settings.</summary>
    /// <param name="fromSettings">Exceptions of the settings.</param>
    public Task ReloadAsync(IReadOnlyList<ExceptionRule> fromSettings) => ChangeAsync(async () =>
    {
        // What is in memory is never older than the ledger; the ledger adds what could not be read at the start.
        var known = Own();
        var read = await _ledger.ExceptionsAsync();
        _fromSettings = fromSettings;
        Swap([.. known.UnionBy(read, static one => one.Id, StringComparer.Ordinal)]);
        return true;
    });

    /// <summary>Adds an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="who">Who does it, for the audit.</param>
    /// <param name="where">From where, for the audit.</param>
    /// <exception cref="ArgumentException">The id is taken, there is no criterion, or it neither blocks nor names a rule.</exception>
    /// <exception cref="LedgerUnavailableException">It could not be kept; nothing has changed.</exception>
    public Task AddAsync(ExceptionRule exception, string who, string where)
    {
        if (exception is { Client: null, Helo: null, Sender: null, Recipient: null })
            throw new ArgumentException("an exception needs a client, helo, sender or recipient", nameof(exception));
        if (exception.Block == exception.Rules.Count > 0)
            throw new ArgumentException("an exception either names rules or blocks", nameof(exception));
        return ChangeAsync(async () =>
        {
            if (Volatile.Read(ref _snapshot).Exceptions.Any(one => Is(one, exception.Id) && IsInForce(one, _time.GetUtcNow())))
                throw new ArgumentException($"there is an exception {exception.Id} already", nameof(exception));
            await _ledger.AddExceptionAsync(exception);
            _ledger.Audit(new AuditEntry(_time.GetUtcNow(), who, where, "exceptions.add", null, Describe(exception)));
            Swap([.. Own().Where(one => !Is(one, exception.Id)), exception]);
            return true;
        });
    }

    /// <summary>Removes an exception that a verb made; those of the settings are removed there.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="who">Who does it, for the audit.</param>
    /// <param name="where">From where, for the audit.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="LedgerUnavailableException">It could not be removed; nothing has changed.</exception>
    public Task<bool> RemoveAsync(string id, string who, string where) => ChangeAsync(async () =>
    {
        var own = Own();
        var before = own.Find(one => Is(one, id));
        if (!await _ledger.RemoveExceptionAsync(id))
            return false;
        _ledger.Audit(new AuditEntry(_time.GetUtcNow(), who, where, "exceptions.remove", before is null ? id : Describe(before), null));
        own.RemoveAll(one => Is(one, id));
        Swap(own);
        return true;
    });

    /// <summary>One line for lists and the audit: <c>ID client=… sender=… rules=a,b until=… "comment"</c>.</summary>
    /// <param name="exception">The exception.</param>
    public static string Describe(ExceptionRule exception)
    {
        var parts = new List<string> { exception.Id };
        Add("client", exception.Client?.ToString());
        Add("helo", exception.Helo);
        Add("sender", exception.Sender);
        Add("recipient", exception.Recipient);
        Add("rules", exception.Block ? null : string.Join(',', exception.Rules.Order(StringComparer.Ordinal)));
        Add("verdict", exception.Block ? "block" : null);
        Add("until", exception.Until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (exception.Comment.Length > 0)
            parts.Add('"' + DecisionText.Escape(exception.Comment) + '"');
        return string.Join(' ', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={DecisionText.Escape(value)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private static bool Is(ExceptionRule one, string id) => one.Id.Equals(id, StringComparison.Ordinal);

    private static bool IsInForce(ExceptionRule one, DateTimeOffset now) => one.Until is not { } until || now < until;

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        await _changing.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private List<ExceptionRule> Own() => [.. Volatile.Read(ref _snapshot).Exceptions.Skip(_fromSettings.Count)];

    // The settings' exceptions come first, so that the rest are the ledger's.
    private void Swap(IReadOnlyList<ExceptionRule> fromLedger)
    {
        ExceptionRule[] all = [.. _fromSettings, .. fromLedger.OrderBy(static one => one.Id, StringComparer.Ordinal)];
        var now = _time.GetUtcNow();
        Volatile.Write(ref _snapshot, new Snapshot(all, ExceptionSet.Make(all.Where(one => IsInForce(one, now)))));
    }

    private sealed record Snapshot(IReadOnlyList<ExceptionRule> Exceptions, ExceptionSet Set);
}
