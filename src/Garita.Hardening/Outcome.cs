namespace Garita.Hardening;

/// <summary>How a check ended.</summary>
public enum Outcome
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>Not as it should be.</summary>
    Fail,

    /// <summary>Not wrong by itself, but a person should look.</summary>
    Warning,

    /// <summary>The check could not look, so nobody knows.</summary>
    Unknown,

    /// <summary>There is nothing here that this check is about.</summary>
    NotApplicable,
}
