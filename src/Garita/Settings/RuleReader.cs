using Garita.Gateway.Rules;

namespace Garita.Settings;

/// <summary>Reads <c>[rules]</c> and <c>[tenant.rules]</c>.</summary>
internal static class RuleReader
{
    private static readonly RuleMode[] AllModes = Enum.GetValues<RuleMode>();

    /// <summary>The modes of a table put over others.</summary>
    public static RuleModes Modes(TableReader? table, RuleModes below)
    {
        if (table is null)
            return below;
        var changes = new List<KeyValuePair<Rule, RuleMode>>();
        foreach (var slug in table.Keys)
        {
            var rule = RuleCatalogue.BySlug[slug];
            var expected = TableReader.OneOf(Allowed(rule));
            if (table.Text(slug, expected) is not { } node)
                continue;
            var word = (string)node.Value;
            var mode = Array.FindIndex(AllModes, mode => string.Equals(Word(mode), word, StringComparison.Ordinal));
            if (mode < 0)
                table.Wrong(slug, node, expected + TableReader.Suggestion(word, Allowed(rule)));
            else if (!Allows(rule, AllModes[mode]))
                table.Error(node.Place, $"{slug} cannot be {word}: {string.Join(", ", Allowed(rule))}");
            else
                changes.Add(new(rule, AllModes[mode]));
        }

        return below.With(changes);
    }

    /// <summary>The mode's word in the settings.</summary>
    public static string Word(RuleMode mode) => mode switch
    {
        RuleMode.Off => "off",
        RuleMode.Shadow => "shadow",
        RuleMode.Tag => "tag",
        RuleMode.Defer => "defer",
        RuleMode.Reject => "reject",
        RuleMode.Normalize => "normalize",
        RuleMode.Quarantine => "quarantine",
        _ => "strip",
    };

    /// <summary>The words of the modes that make sense for a rule.</summary>
    public static IEnumerable<string> Allowed(Rule rule) => AllModes.Where(mode => Allows(rule, mode)).Select(Word).Reverse();

    private static bool Allows(Rule rule, RuleMode mode) => ((int)rule.Allowed & (1 << (int)mode)) != 0;
}
