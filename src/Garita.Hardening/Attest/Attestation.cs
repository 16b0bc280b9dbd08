namespace Garita.Hardening.Attest;

/// <summary>A statement that somebody signed.</summary>
/// <param name="By">Who.</param>
/// <param name="Date">When.</param>
/// <param name="Note">What that person adds; empty for nothing.</param>
public sealed record Attestation(string By, DateOnly Date, string Note)
{
    /// <summary>The first day on which it counts no more: a year later.</summary>
    public DateOnly Ends => Date.AddYears(1);
}
