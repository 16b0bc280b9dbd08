namespace Garita.Hardening;

/// <summary>What a check found.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">What is there, in words: values as read, or why the check could not look.</param>
public sealed record Finding(Outcome Outcome, string Found)
{
    /// <summary>As it should be.</summary>
    /// <param name="found">What is there.</param>
    public static Finding Pass(string found) => new(Outcome.Pass, found);

    /// <summary>Not as it should be.</summary>
    /// <param name="found">What is there.</param>
    public static Finding Fail(string found) => new(Outcome.Fail, found);

    /// <summary>A person should look.</summary>
    /// <param name="found">What is there.</param>
    public static Finding Warning(string found) => new(Outcome.Warning, found);

    /// <summary>Nobody knows.</summary>
    /// <param name="why">Why the check could not look.</param>
    public static Finding Unknown(string why) => new(Outcome.Unknown, why);

    /// <summary>Nothing here that the check is about.</summary>
    /// <param name="why">What is not here.</param>
    public static Finding NotApplicable(string why) => new(Outcome.NotApplicable, why);
}
