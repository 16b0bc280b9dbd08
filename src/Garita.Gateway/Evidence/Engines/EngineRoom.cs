using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>
/// Has messages scanned by all engines at once, within one deadline. Each engine has a number of scans at once and a breaker, so that one that
/// is down costs no message its time. It tells what they say; what comes of it rules decide.
/// </summary>
public sealed partial class EngineRoom : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Histogram<double> _seconds;
    private readonly Lock _applying = new();
    private volatile Place[] _places = [];

    /// <summary>Makes a room without engines; <see cref="Apply"/> brings them.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Where is counted.</param>
    /// <param name="log">Where is logged.</param>
    public EngineRoom(TimeProvider time, Meter meter, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _time = time;
        _log = log;
        _seconds = meter.CreateHistogram<double>("garita_engine_seconds", "s", "Scans, by engine and outcome");
    }

    /// <summary>Takes new settings; engines that stay the same keep their breakers.</summary>
    /// <param name="settings">The settings.</param>
    public void Apply(EnginesSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_applying)
        {
            var before = _places;
            _places = [.. settings.All.Select(engine => Array.Find(before, place => place.Engine.Settings == engine) ?? new Place(Make(engine), _time))];
        }
    }

    /// <summary>Has a message scanned.</summary>
    /// <param name="scan">The message.</param>
    /// <param name="wanted">Which engines are needed.</param>
    /// <param name="timeout">How long all of them together may take.</param>
    /// <returns>An answer of each that is needed.</returns>
    /// <exception cref="IOException">The message itself cannot be read.</exception>
    public async Task<IReadOnlyList<EngineAnswer>> ScanAsync(EngineScan scan, Func<EngineSettings, bool> wanted, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var places = Array.FindAll(_places, place => wanted(place.Engine.Settings));
        if (places.Length == 0)
            return [];
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var letter = new SharedLetter(scan.Letter);
        // All have ended when this returns: none reads a letter that is gone.
        var answers = await Task.WhenAll(places.Select(place => Task.Run(() => ScanAsync(place, scan, letter, deadline.Token)))).ConfigureAwait(false);
        // Our own disk's fault is no engine's: it must not pass for one that is skipped.
        return letter.Problem is { } problem ? throw new IOException("the message cannot be read", problem) : answers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in _places)
            place.Dispose();
    }

    private async Task<EngineAnswer> ScanAsync(Place place, EngineScan scan, SharedLetter letter, CancellationToken deadline)
    {
        var settings = place.Engine.Settings;
        if (scan.Letter.Length > settings.MaxSize)
            return new EngineAnswer(settings, EngineStatus.TooLarge, Detail: "larger than max_size");
        var begun = _time.GetTimestamp();
        var answer = await TryScanAsync(place, scan, letter, deadline).ConfigureAwait(false);
        var outcome = answer.Status == EngineStatus.Down ? "down" : answer.Virus is null ? "scanned" : "virus";
        _seconds.Record(_time.GetElapsedTime(begun).TotalSeconds, new("engine", settings.Name), new("outcome", outcome));
        return answer;
    }

    private async Task<EngineAnswer> TryScanAsync(Place place, EngineScan scan, SharedLetter letter, CancellationToken deadline)
    {
        var settings = place.Engine.Settings;
        string problem;
        try
        {
            await place.Free.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new EngineAnswer(settings, EngineStatus.Down, Detail: "all its connections are busy");
        }

        try
        {
            if (!place.TryEnter())
                return new EngineAnswer(settings, EngineStatus.Down, Detail: "it did not answer lately");
            await using var message = letter.Open();
            var answer = await place.Engine.ScanAsync(scan, message, deadline).ConfigureAwait(false);
            if (place.Succeeded())
                LogUp(_log, settings.Name, settings.Address.ToString());
            return answer;
        }
        catch (EngineException e)
        {
            problem = e.Message;
        }
        catch (Exception e) when (e is SocketException or IOException or HttpRequestException or UnauthorizedAccessException)
        {
            problem = "it cannot be reached: " + EngineAnswer.Clean(e.Message, 100);
        }
        catch (OperationCanceledException)
        {
            problem = "it did not answer in time";
        }
        finally
        {
            place.Free.Release();
        }

        if (letter.Problem is not null)
            place.ToldNothing();
        else if (place.Failed())
            LogDown(_log, settings.Name, settings.Address.ToString(), problem);
        return new EngineAnswer(settings, EngineStatus.Down, Detail: problem);
    }

    private static IEngine Make(EngineSettings settings) => settings.Kind switch
    {
        EngineKind.ClamAv => new ClamAv(settings),
        EngineKind.Rspamd => new Rspamd(settings),
        EngineKind.SpamAssassin => new SpamAssassin(settings),
        _ => new Icap(settings),
    };

    [LoggerMessage(1320, LogLevel.Error, "engine {Engine} at {Address} is down: {Problem}")]
    private static partial void LogDown(ILogger log, string engine, string address, string problem);

    [LoggerMessage(1321, LogLevel.Information, "engine {Engine} at {Address} answers again")]
    private static partial void LogUp(ILogger log, string engine, string address);

    /// <summary>An engine with its number of scans and its breaker.</summary>
    private sealed class Place(IEngine engine, TimeProvider time) : IDisposable
    {
        private readonly Breaker _breaker = new(time, Random.Shared);
        private readonly Lock _gate = new();

        internal IEngine Engine { get; } = engine;

        internal SemaphoreSlim Free { get; } = new(engine.Settings.Connections);

        internal bool TryEnter()
        {
            lock (_gate)
                return _breaker.TryEnter();
        }

        internal bool Succeeded()
        {
            lock (_gate)
                return _breaker.Success();
        }

        internal void ToldNothing()
        {
            lock (_gate)
                _breaker.Nothing();
        }

        internal bool Failed()
        {
            lock (_gate)
                return _breaker.Failure();
        }

        public void Dispose()
        {
            Free.Dispose();
            (Engine as IDisposable)?.Dispose();
        }
    }
}
