namespace Garita.Gateway.Settings;

/// <summary>Bans that rules make. Those of administrators do not depend on it.</summary>
public sealed record BanSettings
{
    /// <summary>Whether rules may ban; otherwise offenders are only slowed down.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>At most so many in a minute; then none, and an alarm.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>How long a ban lasts, by repeat within a week; at least one.</summary>
    public IReadOnlyList<TimeSpan> Steps { get; init; } = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(24)];
}
