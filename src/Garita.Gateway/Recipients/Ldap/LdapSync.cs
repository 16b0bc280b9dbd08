using System.Globalization;
using Garita.Gateway.Alarms;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// Keeps a tenant's recipients read from its directory: at the start what the last run kept, then a reading every so often and on demand.
/// A reading that fails, or loses more addresses than it may, leaves the last good one in force.
/// </summary>
internal sealed partial class LdapSync : IDisposable
{
    // After a failure it is tried again sooner; not after a wrong password, which locks accounts.
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private readonly string _tenant;
    private readonly IReadOnlyList<string> _domains;
    private readonly RecipientSettings _recipients;
    private readonly LdapSettings _settings;
    private readonly LdapServers _servers;
    private readonly RecipientSnapshot _snapshot;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IAlarms _alarms;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private volatile Reading? _reading;
    private volatile string? _problem;
    private bool _saidStale;
    private long _errors;

    private sealed record Reading(RecipientList List, DateTimeOffset Taken);

    internal LdapSync(TenantSettings tenant, LdapServers servers, string dataFolder, TimeProvider time, ILogger log, IAlarms alarms)
    {
        _tenant = tenant.Name;
        _domains = tenant.Domains;
        _recipients = tenant.Recipients;
        _settings = tenant.Recipients.Ldap!;
        _servers = servers;
        _time = time;
        _log = log;
        _alarms = alarms;
        _snapshot = new RecipientSnapshot(Path.Combine(dataFolder, "recipients", tenant.Name + ".ldap"), $"{_settings.Source}\n{_recipients.CaseSensitive}");
        if (_snapshot.Load(_recipients.CaseSensitive, _domains, out var problem) is { } kept)
        {
            _reading = new Reading(kept.List, kept.Taken);
            LogLoaded(_snapshot.Path, kept.List.Count, kept.Taken);
        }
        else if (problem is not null)
        {
            LogNotLoaded(_snapshot.Path, problem);
        }

        _timer = time.CreateTimer(static self => _ = ((LdapSync)self!).TurnAsync(), this, TimeSpan.Zero, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called after another list came into force.</summary>
    internal Action? Changed { get; set; }

    /// <summary>The addresses in force; null while nothing could be read.</summary>
    internal RecipientList? List => _reading?.List;

    /// <summary>When they were read.</summary>
    internal DateTimeOffset? Taken => _reading?.Taken;

    /// <summary>Why the last reading was not taken.</summary>
    internal string? Problem => _problem;

    /// <summary>Readings that failed or were not taken, since the start.</summary>
    internal long Errors => Interlocked.Read(ref _errors);

    /// <summary>Whether what is in force is too old to call an address unknown. A clock that was put back makes nothing fresh for ever.</summary>
    internal bool IsStale => _reading is not { } reading || _time.GetUtcNow() - reading.Taken is var age && (age > _settings.StaleFor || age < -_settings.StaleFor);

    /// <summary>Reads now; one reading at a time.</summary>
    /// <param name="force">Whether it is taken however much it loses: an administrator has looked at it.</param>
    internal async Task<SyncResult> ReadAsync(bool force)
    {
        bool changed;
        try
        {
            await _one.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return new SyncResult(_tenant, false, List?.Count, "it was stopped");
        }

        try
        {
            var result = await LdapReading.ReadAsync(_servers, _settings, _recipients.CaseSensitive, _domains, ExpectedOctets(), _time, _stop.Token).ConfigureAwait(false);
            // Comparing and writing a million addresses is not for the thread that polls sockets.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (!force && Refusal(result.List) is { } refusal)
            {
                _problem = refusal;
                Interlocked.Increment(ref _errors);
                LogShrunk(_tenant, refusal);
                Raise(AlarmKind.DirectoryShrunk, refusal);
                return new SyncResult(_tenant, false, List?.Count, refusal);
            }

            changed = Accept(result);
        }
        catch (LdapException e)
        {
            Interlocked.Increment(ref _errors);
            _problem = e.Message;
            LogFailed(_tenant, e.Message, List?.Count ?? 0);
            // What servers say is for the log alone: an alarm has our own words.
            if (!e.MayFailOver)
                Raise(AlarmKind.DirectoryStale, "the directory refuses to be read: account, password, rights or settings are not right, the log says which; the last good reading stays in force");
            return new SyncResult(_tenant, false, List?.Count, e.Message) { IsLocking = e.Fault == LdapFault.Credentials };
        }
        catch (OperationCanceledException)
        {
            return new SyncResult(_tenant, false, List?.Count, "it was stopped");
        }
        finally
        {
            _one.Release();
        }

        if (changed)
            Changed?.Invoke();
        return new SyncResult(_tenant, true, List?.Count, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
    }

    private int ExpectedOctets() => List is { } last ? (int)Math.Min(last.Octets + (last.Octets / 20L), int.MaxValue / 2) : 0;

    private string? Refusal(RecipientList list)
    {
        // Nothing at all was read where nothing was known: wrong base, filter or rights would turn everybody away.
        if (list.Count == 0)
            return "not one address of the tenant's domains was found (are base, filter, attributes and rights right?): not taken";
        if (List is not { Count: > 0 } last || last.CountMissingIn(list) is var lost && lost <= last.Count * _recipients.MayLose)
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"the reading would lose {lost} of {last.Count} addresses, more than it may (may_lose): not taken, the last good one stays in force; garita recipients sync --force takes it");
    }

    private void Raise(AlarmKind kind, string text, bool isOver = false) => _alarms.Raise(new Alarm(kind, _tenant, text, "directory", isOver));

    private bool Accept(LdapReading.Result result)
    {
        var taken = _time.GetUtcNow();
        var before = List;
        // Equal readings are the rule; then the old list stays, and the new one is garbage while it is young.
        var isSame = before is not null && before.Count == result.List.Count && before.CountMissingIn(result.List) == 0;
        var list = isSame ? before! : result.List;
        _reading = new Reading(list, taken);
        _problem = null;
        _saidStale = false;
        Raise(AlarmKind.DirectoryShrunk, "a reading was taken", isOver: true);
        Raise(AlarmKind.DirectoryStale, "the directory was read", isOver: true);
        LogRead(_tenant, list.Count, result.Server.ToString(), result.Entries, result.LeftOut);
        try
        {
            _snapshot.Save(list, taken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(_snapshot.Path, e.Message);
        }

        return !isSame;
    }

    private async Task TurnAsync()
    {
        // Off the thread that made the object: a reading must not keep a start waiting.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var next = _settings.Every;
        try
        {
            var result = await ReadAsync(force: false).ConfigureAwait(false);
            if (!result.IsTaken && !result.IsLocking && next > Retry)
                next = Retry;
            if (IsStale && !_saidStale)
            {
                _saidStale = true;
                var message = _reading is null ? "no reading of the directory yet: unknown recipients get 451" : "the last good reading of the directory is too old (stale_for): unknown recipients get 451";
                LogStale(_tenant, message);
                Raise(AlarmKind.DirectoryStale, message);
            }
        }
        catch (Exception e)
        {
            Interlocked.Increment(ref _errors);
            _problem = e.Message;
            LogBroken(_tenant, e);
        }

        if (!_stop.IsCancellationRequested)
            _timer.Change(next, System.Threading.Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(6120, LogLevel.Information, "Tenant {Tenant}: {Count} recipients in force, read from {Server} ({Entries} entries, {LeftOut} values left out that are no addresses of the tenant)")]
    private partial void LogRead(string tenant, int count, string server, int entries, int leftOut);

    [LoggerMessage(6121, LogLevel.Error, "Tenant {Tenant}: the directory could not be read: {Problem}; {Count} recipients of the last reading stay in force")]
    private partial void LogFailed(string tenant, string problem, int count);

    [LoggerMessage(6122, LogLevel.Critical, "Tenant {Tenant}: {Problem}")]
    private partial void LogShrunk(string tenant, string problem);

    [LoggerMessage(6123, LogLevel.Error, "Tenant {Tenant}: {Problem}")]
    private partial void LogStale(string tenant, string problem);

    [LoggerMessage(6124, LogLevel.Information, "{Path}: {Count} recipients in force, read from the directory at {Taken:u}")]
    private partial void LogLoaded(string path, int count, DateTimeOffset taken);

    [LoggerMessage(6125, LogLevel.Warning, "{Path} is not used: {Problem}")]
    private partial void LogNotLoaded(string path, string problem);

    [LoggerMessage(6126, LogLevel.Error, "{Path} cannot be written: {Problem}; after a restart the directory must answer before unknown recipients can be told")]
    private partial void LogNotSaved(string path, string problem);

    [LoggerMessage(6127, LogLevel.Error, "Tenant {Tenant}: reading the directory broke off")]
    private partial void LogBroken(string tenant, Exception problem);
}
