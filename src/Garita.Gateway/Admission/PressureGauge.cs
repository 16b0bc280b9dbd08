using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Admission;

/// <summary>How hard it is to serve everybody now. Deadlines, the greeting delay and rates follow it.</summary>
public enum PressureLevel : byte
{
    /// <summary>Room for all.</summary>
    Calm,
    /// <summary>From 70 % of the slots or of the memory on: the slow have less time.</summary>
    Pressure,
    /// <summary>From 90 % on: strangers wait for the greeting, and nobody idles.</summary>
    Overload,
}

/// <summary>
/// Measures pressure by the slots taken, the memory budget, and how late the heartbeat runs. A level is left ten points below where it
/// begins, so that it does not flicker.
/// </summary>
internal sealed partial class PressureGauge(ILogger log)
{
    internal const double PressureFrom = 0.7;
    internal const double OverloadFrom = 0.9;
    private const double Hysteresis = 0.1;

    /// <summary>A heartbeat that is so late counts as everything being full.</summary>
    private static readonly TimeSpan FullyLate = TimeSpan.FromSeconds(2);

    private int _level;

    /// <summary>The level now.</summary>
    internal PressureLevel Level => (PressureLevel)Volatile.Read(ref _level);

    /// <summary>Takes new measures, at each heartbeat.</summary>
    /// <param name="slots">Slots taken, 0 to 1.</param>
    /// <param name="memory">Memory taken, 0 to 1.</param>
    /// <param name="late">How late the heartbeat is.</param>
    internal void Measure(double slots, double memory, TimeSpan late)
    {
        var fullest = Math.Max(Math.Max(slots, memory), late / FullyLate);
        var before = Level;
        var next = LevelOf(fullest);
        if (next < before)
            next = (PressureLevel)Math.Min((int)before, (int)LevelOf(fullest + Hysteresis));
        if (next == before)
            return;
        Volatile.Write(ref _level, (int)next);
        LogLevel(log, Name(next), (int)(slots * 100), (int)(memory * 100), (int)late.TotalMilliseconds);
    }

    /// <summary>Raises the level at once when slots fill between two heartbeats; never lowers it.</summary>
    /// <param name="slots">Slots taken, 0 to 1.</param>
    internal void Rise(double slots)
    {
        if (LevelOf(slots) > Level)
            Measure(slots, 0, TimeSpan.Zero);
    }

    /// <summary>The level's word in status, log and metric.</summary>
    internal static string Name(PressureLevel level) => level switch
    {
        PressureLevel.Overload => "overload",
        PressureLevel.Pressure => "pressure",
        _ => "calm",
    };

    private static PressureLevel LevelOf(double fullest) =>
        fullest >= OverloadFrom ? PressureLevel.Overload : fullest >= PressureFrom ? PressureLevel.Pressure : PressureLevel.Calm;

    [LoggerMessage(1040, Microsoft.Extensions.Logging.LogLevel.Warning, "pressure is now {Level}: slots {Slots} %, memory {Memory} %, heartbeat {Late} ms late")]
    private static partial void LogLevel(ILogger log, string level, int slots, int memory, int late);
}
