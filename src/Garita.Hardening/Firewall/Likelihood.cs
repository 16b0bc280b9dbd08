namespace Garita.Hardening.Firewall;

/// <summary>Whether a condition holds for a packet, as far as this program understands it.</summary>
internal enum Likelihood
{
    /// <summary>It does not.</summary>
    No,

    /// <summary>It depends on what is not known: an interface, a set's elements, a condition of another kind.</summary>
    Maybe,

    /// <summary>It does.</summary>
    Yes,
}
