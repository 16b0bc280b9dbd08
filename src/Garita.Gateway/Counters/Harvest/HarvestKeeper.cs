using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// Keeps what is counted of recipients asked for in the ledger, every minute and at the stop, so that nobody gets a fresh budget by waiting for
/// a restart. Who kills the process wins a minute of counts at most.
/// </summary>
internal sealed partial class HarvestKeeper(HarvestWatch watch, ILedger ledger, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private Task _saving = Task.CompletedTask;
    private long _last;
    private bool _isLoaded;
    private bool _anew;

    /// <summary>Fills the counters from the ledger; before the first session.</summary>
    internal async Task LoadAsync(GatewaySettings settings)
    {
        var rows = await ledger.HarvestAsync().ConfigureAwait(false);
        _anew = !watch.TryTake(rows, settings, out var problems);
        foreach (var problem in problems)
            LogNotLoaded(problem);
        if (_anew && rows.Count > 0 && problems.Count == 0)
            LogNotLoaded("its clock is missing");
        _last = time.GetTimestamp();
        _isLoaded = true;
    }

    /// <summary>Writes what changed when a minute has passed. Does not wait for it.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal void Beat(long now)
    {
        if (!_isLoaded || time.GetElapsedTime(_last, now) < Every || !_saving.IsCompleted)
            return;
        _last = now;
        _saving = Task.Run(SaveAsync);
    }

    /// <summary>Writes what changed, after the last session and the last beat.</summary>
    internal async Task StopAsync()
    {
        await _saving.ConfigureAwait(false);
        // A gateway that never ran must not write over what the last one kept.
        if (_isLoaded)
            await SaveAsync().ConfigureAwait(false);
    }

    private async Task SaveAsync()
    {
        var rows = watch.TakeChanges(out var again);
        if (rows.Count == 0)
            return;
        try
        {
            await ledger.KeepHarvestAsync(rows, _anew).ConfigureAwait(false);
            _anew = false;
        }
        catch (Exception failure)
        {
            // Nobody waits for it: an exception would be seen by nobody.
            again();
            LogNotKept(failure.Message);
        }
    }

    [LoggerMessage(1650, LogLevel.Warning, "what was counted of recipients asked for could not be taken over from the last run, it starts clean: {Problem}")]
    private partial void LogNotLoaded(string problem);

    [LoggerMessage(1651, LogLevel.Warning, "what is counted of recipients asked for could not be kept, it is tried again in a minute: {Problem}")]
    private partial void LogNotKept(string problem);
}
