namespace Garita.Gateway.Alarms;

/// <summary>Where alarms go. Whoever notices something raises it as often as it is noticed; how often people are told is decided behind.</summary>
public interface IAlarms
{
    /// <summary>Raises an alarm. Never waits, never throws; may be called under a lock.</summary>
    /// <param name="alarm">The alarm.</param>
    void Raise(Alarm alarm);

    /// <summary>What was told last, newest first.</summary>
    IReadOnlyList<AlarmNotice> Latest => [];
}

/// <summary>Alarms that nobody hears: for tests and tools.</summary>
public sealed class NoAlarms : IAlarms
{
    private NoAlarms()
    {
    }

    /// <summary>The one there is.</summary>
    public static NoAlarms Instance { get; } = new();

    /// <inheritdoc/>
    public void Raise(Alarm alarm)
    {
        // Nobody hears it.
    }
}
