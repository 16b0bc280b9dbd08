using Garita.Wall.Warden;

namespace Garita.Warden.Flood;

/// <summary>
/// Decides whether the flood mode is to be on. Automatic: on at once when many handshakes are open or the kernel had to defend itself, or when
/// the gateway wishes it; off after a calm minute, so that it does not flicker.
/// </summary>
internal sealed class FloodSwitch(TimeProvider time)
{
    /// <summary>Handshakes that are open at once, from which on it is a flood.</summary>
    internal const int HalfOpenFrom = 256;

    /// <summary>Cookies and dropped connections a second, from which on it is one.</summary>
    internal const int StrainedFrom = 50;

    /// <summary>SYNs a second without a valid cookie, below which it is over.</summary>
    internal const int UnansweredBelow = 20;

    /// <summary>It ends after so long a calm.</summary>
    internal static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    private const double ShortestSeconds = 0.5;

    private FloodReading _before;
    private double _strained;
    private double _unanswered;
    private long _at;
    private long _stormyAt;

    public FloodMode Mode { get; set; } = FloodMode.Auto;

    /// <summary>Whether it is to be on.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Handshakes that were open when it looked last.</summary>
    public int HalfOpen { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="now">The counts.</param>
    /// <param name="isWished">Whether the gateway wishes the mode.</param>
    /// <returns>Whether it is to be on.</returns>
    public bool Look(FloodReading now, bool isWished)
    {
        var stamp = time.GetTimestamp();
        HalfOpen = now.HalfOpen;
        var seconds = time.GetElapsedTime(_at, stamp).TotalSeconds;
        // Rates of a moment say nothing.
        if (_at == 0 || seconds >= ShortestSeconds)
        {
            double Rate(long before, long after) => _at != 0 && after >= before ? (after - before) / seconds : 0;
            _strained = Rate(_before.Strained, now.Strained);
            _unanswered = Rate(_before.Unanswered, now.Unanswered);
            _before = now;
            _at = stamp;
        }

        var begins = isWished || now.HalfOpen >= HalfOpenFrom || _strained >= StrainedFrom;
        var goesOn = begins || now.HalfOpen >= HalfOpenFrom / 2 || _unanswered >= UnansweredBelow;
        if (begins || (IsWanted && goesOn))
            _stormyAt = stamp;
        IsWanted = Mode switch
        {
            FloodMode.On => true,
            FloodMode.Off => false,
            _ => begins || (IsWanted && time.GetElapsedTime(_stormyAt, stamp) < Calm),
        };
        return IsWanted;
    }
}
