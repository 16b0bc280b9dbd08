namespace Garita.Gateway.Settings;

/// <summary>Who is put off the first time (RFC 6647), where the rule <c>greylist</c> is on. Immutable.</summary>
public sealed record GreylistSettings
{
    /// <summary>A retry comes so long after the first try at the earliest.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>And so long after it at the latest; one that comes later is a first try.</summary>
    public TimeSpan Until { get; init; } = TimeSpan.FromDays(2);

    /// <summary>For so long after its last mail who has passed is not put off again, in whole days.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(36);
}
