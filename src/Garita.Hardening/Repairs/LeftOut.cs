namespace Garita.Hardening.Repairs;

/// <summary>A repair that is not in the plan.</summary>
/// <param name="Id">The check's name.</param>
/// <param name="Why">Why not, and what to do.</param>
public sealed record LeftOut(string Id, string Why);
