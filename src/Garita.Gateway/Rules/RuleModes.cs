namespace Garita.Gateway.Rules;

/// <summary>The mode of every rule, by <see cref="Rule.Index"/>. Immutable.</summary>
public sealed class RuleModes
{
    private readonly RuleMode[] _modes;

    private RuleModes(RuleMode[] modes) => _modes = modes;

    /// <summary>The modes out of the box.</summary>
    public static RuleModes Default { get; } = new([.. RuleCatalogue.All.Select(static rule => rule.DefaultMode)]);

    /// <summary>The mode of a rule.</summary>
    /// <param name="rule">A rule of the catalogue.</param>
    public RuleMode this[Rule rule] => _modes[rule.Index];

    /// <summary>A copy with some modes put over these.</summary>
    /// <param name="changes">Rules and their modes; each must be allowed for its rule.</param>
    /// <exception cref="ArgumentException">A mode that makes no sense for its rule.</exception>
    public RuleModes With(IEnumerable<KeyValuePair<Rule, RuleMode>> changes)
    {
        var modes = (RuleMode[])_modes.Clone();
        foreach (var (rule, mode) in changes)
        {
            if (((int)rule.Allowed & (1 << (int)mode)) == 0)
                throw new ArgumentException($"rule {rule.Slug} cannot be {mode}", nameof(changes));
            modes[rule.Index] = mode;
        }

        return new RuleModes(modes);
    }
}
