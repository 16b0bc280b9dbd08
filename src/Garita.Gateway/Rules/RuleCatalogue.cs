using System.Collections.Frozen;

namespace Garita.Gateway.Rules;

/// <summary>Every rule there is, in the order of their stages. A rule that is not here does not exist.</summary>
public static class RuleCatalogue
{
    /// <summary>All rules.</summary>
    public static IReadOnlyList<Rule> All { get; } = Number([]);

    /// <summary>By slug.</summary>
    public static FrozenDictionary<string, Rule> BySlug { get; } = All.ToFrozenDictionary(static rule => rule.Slug, StringComparer.Ordinal);

    private static Rule[] Number(Rule[] rules)
    {
        for (var i = 0; i < rules.Length; i++)
            rules[i].Index = i;
        return rules;
    }
}
