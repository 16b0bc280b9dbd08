namespace Garita.Hardening.Audits;

/// <summary>A check that ended otherwise than in the audit before.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Title">What should be so.</param>
/// <param name="Before">How it ended then.</param>
/// <param name="After">How it ended now.</param>
public sealed record AuditChange(string Id, string Title, Outcome Before, Outcome After)
{
    /// <summary>Whether it is worse now: it passed, or was not about anything here, and now it does not; or it fails now.</summary>
    public bool IsWorse => Rank(After) > Rank(Before);

    private static int Rank(Outcome outcome) => outcome switch
    {
        Outcome.Pass or Outcome.NotApplicable => 0,
        Outcome.Warning => 1,
        Outcome.Unknown => 2,
        _ => 3,
    };
}
