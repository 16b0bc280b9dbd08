using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Quarantine;

/// <content>What is done every ten minutes, and what the start puts right.</content>
public sealed partial class QuarantineStore
{
    private const int ExpiredAtOnce = 200;
    private const int ExpiredInAll = 10_000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    /// <summary>Removes what is too old, looks after what was interrupted, and sends digests. Called by a timer, which does not wait for one that takes long.</summary>
    internal async Task SweepAsync(bool waits = true)
    {
        if (IsStopping || !await _sweeping.WaitAsync(waits ? Timeout.Infinite : 0))
            return;
        try
        {
            if (!_isRecovered)
                await TryRecoverAsync();
            if (!_isRecovered)
                return;
            var settings = _settings;
            await MarkUnfinishedAsync();
            foreach (var tenant in _shares.Tenants)
            {
                var quarantine = settings.Tenants.FirstOrDefault(known => string.Equals(known.Name, tenant, StringComparison.Ordinal))?.Quarantine ?? new QuarantineSettings();
                await ExpireAsync(tenant, _time.GetUtcNow() - quarantine.Keep);
                _shares.Look(tenant, quarantine.MaxSize);
            }

            if (AfterSweep is { } after)
                await after(settings);
        }
        catch (Exception e) when (IsStorage(e) || e is ObjectDisposedException)
        {
            _log.NotSwept(e.Message);
        }
        finally
        {
            _sweeping.Release();
        }
    }

    internal async Task TryRecoverAsync()
    {
        try
        {
            _shares.Clear();
            await new QuarantineRecovery(Files, Index, _shares, _log).RunAsync();
            _isRecovered = true;
        }
        catch (Exception e) when (IsStorage(e))
        {
            _log.NotRecovered(Files.Root, e.Message);
        }
    }

    /// <summary>Releases of which nobody says any more how they ended: the ledger could not be written then.</summary>
    private async Task MarkUnfinishedAsync()
    {
        foreach (var row in (await Index.ReleasingAsync()).Where(row => TryClaim(row.Id)))
        {
            try
            {
                await Index.EndReleaseAsync(row.Id, QuarantineState.Unknown, audit: null);
                _log.CutOff(row.Id, row.Tenant);
            }
            finally
            {
                Unclaim(row.Id);
            }
        }
    }

    private async Task ExpireAsync(string tenant, DateTimeOffset before)
    {
        for (var removed = 0; removed < ExpiredInAll && !IsStopping;)
        {
            var rows = await Index.OlderAsync(tenant, before, ExpiredAtOnce);
            var some = 0;
            foreach (var row in rows.Where(row => TryClaim(row.Id)))
            {
                try
                {
                    await RemoveAsync(row, audit: null);
                    some++;
                }
                finally
                {
                    Unclaim(row.Id);
                }
            }

            if (some > 0)
                _log.Expired(some, tenant);
            removed += some;
            if (rows.Count < ExpiredAtOnce || some == 0)
                return;
        }
    }
}
