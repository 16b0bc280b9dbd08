namespace Garita.Hardening.Tests;

/// <summary>A check, a root where all is well, and one where it is not.</summary>
/// <param name="Check">The check.</param>
/// <param name="Good">Where it passes.</param>
/// <param name="Bad">Where it fails or warns.</param>
internal sealed record CheckCase(Check Check, Action<PreparedRoot> Good, Action<PreparedRoot> Bad)
{
    public override string ToString() => Check.Id;
}
