using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Garita.Serve;

/// <summary>Tells systemd how the service is (sd_notify(3)); does nothing where systemd did not start it.</summary>
internal sealed class Systemd : IAsyncDisposable
{
    private readonly SystemdNotifier _notifier = new();
    private ITimer? _watchdog;

    /// <summary>Whether standard error goes to the journal.</summary>
    public static bool IsJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    public void Ready() => Notify("READY=1");

    public void Stopping() => Notify("STOPPING=1");

    /// <summary>For Type=notify-reload, which wants the monotonic time with it.</summary>
    public void Reloading() => Notify(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    /// <summary>Feeds the watchdog at half its time, as long as the gateway answers.</summary>
    /// <param name="isAlive">Whether it does.</param>
    /// <param name="time">The clock.</param>
    public void FeedWatchdog(Func<bool> isAlive, TimeProvider time)
    {
        if (!_notifier.IsEnabled || !long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) || microseconds <= 0)
            return;
        var half = TimeSpan.FromMicroseconds(microseconds / 2);
        _watchdog = time.CreateTimer(_ => { if (isAlive()) Notify("WATCHDOG=1"); }, null, half, half);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _watchdog?.DisposeAsync() ?? default;

    private void Notify(string state)
    {
        if (_notifier.IsEnabled)
            _notifier.Notify(new ServiceState(state));
    }
}
