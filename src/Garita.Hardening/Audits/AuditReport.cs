namespace Garita.Hardening.Audits;

/// <summary>What an audit says of a host.</summary>
/// <param name="Host">The host's name; empty where it has none.</param>
/// <param name="Time">When it was looked at.</param>
/// <param name="Root">The file system that was looked at; <c>/</c> is the running system.</param>
/// <param name="Roles">What the host does.</param>
/// <param name="Whole">Whether all checks were asked; only such audits are compared with later ones.</param>
/// <param name="Results">What each check said, by measure.</param>
public sealed record AuditReport(string Host, DateTimeOffset Time, string Root, IReadOnlyList<string> Roles, bool Whole, IReadOnlyList<AuditResult> Results)
{
    /// <summary>The score of each measure that was asked about.</summary>
    public IReadOnlyList<Score> Scores =>
        [.. Results.GroupBy(static result => result.Measure).OrderBy(static group => group.Key).Select(static group => Score.Of(group.Key, Words.Of((Measure)group.Key), group))];

    /// <summary>The score of all checks together.</summary>
    public Score Total => Score.Of(0, "All measures", Results);

    /// <summary>When the audit before was; null when there is none to compare with.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What changed since then: first what is worse.</summary>
    public IReadOnlyList<AuditChange> Changes { get; init; } = [];

    /// <summary>This one, compared with the audit before. A check that only one of them has is no change of the host.</summary>
    /// <param name="before">The audit before, or null.</param>
    public AuditReport ComparedWith(AuditReport? before)
    {
        if (before is null)
            return this;
        var then = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var result in before.Results)
            then[result.Id] = result.Outcome;
        return this with
        {
            Since = before.Time,
            Changes =
            [
                .. Results.Where(result => then.TryGetValue(result.Id, out var outcome) && outcome != result.Outcome)
                    .Select(result => new AuditChange(result.Id, result.Title, then[result.Id], result.Outcome))
                    .OrderByDescending(static change => change.IsWorse),
            ],
        };
    }
}
