namespace Garita.Hardening.Logging.Audit;

/// <summary>Something that has to be recorded.</summary>
internal abstract record AuditNeed
{
    /// <summary>In words, for a finding.</summary>
    public abstract string What { get; }

    /// <summary>The rules that do it.</summary>
    /// <param name="key">The word to find the records by.</param>
    public abstract IReadOnlyList<string> Lines(string key);

    /// <summary>Whether these rules record it.</summary>
    public abstract bool IsMet(AuditRules rules);
}
