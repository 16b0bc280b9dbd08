namespace Garita.Hardening.Audits;

/// <summary>How many checks ended how.</summary>
/// <param name="Measure">The measure's number, 0 for all of them.</param>
/// <param name="Name">The measure's name.</param>
/// <param name="Pass">As it should be.</param>
/// <param name="Fail">Not as it should be.</param>
/// <param name="Warning">A person should look.</param>
/// <param name="Unknown">Could not look.</param>
/// <param name="NotApplicable">Nothing here that they are about: left out of the score.</param>
public sealed record Score(int Measure, string Name, int Pass, int Fail, int Warning, int Unknown, int NotApplicable)
{
    /// <summary>Checks that are about something here.</summary>
    public int Applicable => Pass + Fail + Warning + Unknown;

    /// <summary>How many of those passed, in whole percent, rounded down; null when there is none. What nobody could look at has not passed.</summary>
    public int? Percent => Applicable == 0 ? null : 100 * Pass / Applicable;

    /// <summary>Counts results.</summary>
    /// <param name="measure">The measure's number, 0 for all of them.</param>
    /// <param name="name">Its name.</param>
    /// <param name="results">The results that count.</param>
    public static Score Of(int measure, string name, IEnumerable<AuditResult> results)
    {
        var counts = new int[5];
        foreach (var result in results)
            counts[(int)result.Outcome]++;
        return new Score(measure, name, counts[(int)Outcome.Pass], counts[(int)Outcome.Fail], counts[(int)Outcome.Warning], counts[(int)Outcome.Unknown], counts[(int)Outcome.NotApplicable]);
    }
}
