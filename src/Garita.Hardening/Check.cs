using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening;

/// <summary>
/// One thing to look at on a host. Looks only, never changes; throws <see cref="CannotLookException"/> (the views do) when it could not look,
/// which becomes <see cref="Outcome.Unknown"/>, never a pass. One class, one file, named after what it looks at.
/// </summary>
public abstract class Check
{
    /// <summary>Its name, for ever the same: words with hyphens, as in <c>boot-loader-password</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The measure it belongs to.</summary>
    public abstract Measure Measure { get; }

    /// <summary>What hosts it is for.</summary>
    public virtual Roles Roles => Roles.Any;

    /// <summary>What should be so, as a short sentence.</summary>
    public abstract string Title { get; }

    /// <summary>Why that matters for a mail server.</summary>
    public abstract string Why { get; }

    /// <summary>Where it comes from: <c>CIS 1.4.1</c>, <c>Lynis BOOT-5122</c>, <c>NIST SP 800-45 §5.1</c>, <c>CVE-2023-51764</c>.</summary>
    public abstract IReadOnlyList<string> References { get; }

    /// <summary>What is expected, in values.</summary>
    public abstract string Expected { get; }

    /// <summary>How a person mends it.</summary>
    public abstract string Mend { get; }

    /// <summary>Looks.</summary>
    /// <param name="host">The host as this check sees it; remembers what was read.</param>
    public abstract Finding Look(View host);

    /// <summary>The changes that mend it, or null where a person has to decide. Asked only after a fail or a warning.</summary>
    /// <param name="host">The host as this check sees it.</param>
    public virtual Repair? Repair(View host) => null;
}
