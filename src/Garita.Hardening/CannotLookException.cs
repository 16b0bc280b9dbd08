namespace Garita.Hardening;

/// <summary>A check could not look: a file that may not be read, a program that is missing or failed. Its result is <see cref="Outcome.Unknown"/>.</summary>
public sealed class CannotLookException : Exception
{
    /// <summary>Without a reason.</summary>
    public CannotLookException()
    {
    }

    /// <summary>With a reason.</summary>
    /// <param name="message">Why, for a person.</param>
    public CannotLookException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    /// <param name="message">Why, for a person.</param>
    /// <param name="innerException">What was thrown.</param>
    public CannotLookException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
