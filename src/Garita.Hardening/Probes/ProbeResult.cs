namespace Garita.Hardening.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Id">The probe.</param>
/// <param name="Title">What holds when it passes.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">How to mend it.</param>
public sealed record ProbeResult(string Id, string Title, Outcome Outcome, string Found, string Expected, string Why, string Mend);
