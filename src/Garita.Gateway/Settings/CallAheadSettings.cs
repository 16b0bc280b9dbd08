namespace Garita.Gateway.Settings;

/// <summary>How a mail server is asked who exists.</summary>
public sealed record CallAheadSettings
{
    /// <summary>How long a yes is believed.</summary>
    public TimeSpan KeepKnown { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a no is believed.</summary>
    public TimeSpan KeepUnknown { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
