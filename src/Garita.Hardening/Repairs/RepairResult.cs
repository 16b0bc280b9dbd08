namespace Garita.Hardening.Repairs;

/// <summary>What became of a repair.</summary>
public enum RepairOutcome
{
    /// <summary>Something was changed.</summary>
    Done,

    /// <summary>All was as it should be.</summary>
    Nothing,

    /// <summary>It could not be done, and what was done of it was put back.</summary>
    Failed,

    /// <summary>It could not be done, and not all that was done of it could be put back.</summary>
    Broken,

    /// <summary>Not begun: somebody stopped the run.</summary>
    Stopped,
}

/// <summary>What became of a repair.</summary>
/// <param name="Id">The check's name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">What was changed, or why it failed.</param>
public sealed record RepairResult(string Id, RepairOutcome Outcome, string Detail);
