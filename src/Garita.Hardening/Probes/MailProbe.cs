namespace Garita.Hardening.Probes;

/// <summary>
/// A question to a mail server over the network alone, as any stranger could ask it: for Exchange and other servers on which no check can be run.
/// </summary>
public abstract class MailProbe
{
    /// <summary>Its name, in lower case with dashes.</summary>
    public abstract string Id { get; }

    /// <summary>What holds when it passes.</summary>
    public abstract string Title { get; }

    /// <summary>Why it matters for a mail server.</summary>
    public abstract string Why { get; }

    /// <summary>What is expected.</summary>
    public abstract string Expected { get; }

    /// <summary>How to mend it, on Exchange and elsewhere.</summary>
    public abstract string Mend { get; }

    /// <summary>Asks. Never more than the envelope of a message: no data is sent, and no password.</summary>
    /// <param name="target">The server.</param>
    /// <exception cref="CannotLookException">It does not answer, or not as a mail server does.</exception>
    public abstract Task<Finding> LookAsync(ProbeTarget target);
}
