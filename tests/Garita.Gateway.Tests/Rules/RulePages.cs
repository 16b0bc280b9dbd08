using System.Globalization;
using Garita.Gateway.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

/// <summary>The folders that tests compare the rules with.</summary>
internal static class RulePages
{
    internal static string Root { get; } = FindRoot();

    internal static string Text(string slug) => File.ReadAllText(Path.Combine(Root, "docs", "rules", slug + ".md"));

    internal static string Row(string slug, string name) =>
        File.ReadLines(Path.Combine(Root, "docs", "rules", slug + ".md")).First(line => line.StartsWith($"| {name} |", StringComparison.Ordinal))[(name.Length + 4)..].Trim(' ', '|');

    /// <summary>A breach whose reply stands on the rule's page.</summary>
    internal static Verdict AssertBreach<TFacts>(Rule<TFacts> rule, TFacts facts, string reply)
    {
        var verdict = rule.Judge(facts);
        Assert.Equal(VerdictKind.Breach, verdict.Kind);
        Assert.Equal(reply, string.Create(CultureInfo.InvariantCulture, $"{verdict.Code} {verdict.Enhanced}"));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{verdict.Code} {verdict.Enhanced} {verdict.Text}"), Text(rule.Slug), StringComparison.Ordinal);
        Assert.True(System.Text.Ascii.IsValid(verdict.Text));
        return verdict;
    }

    internal static void AssertPass<TFacts>(Rule<TFacts> rule, TFacts facts) => Assert.Equal(Verdict.Pass, rule.Judge(facts));

    internal static void AssertAbstain<TFacts>(Rule<TFacts> rule, TFacts facts)
    {
        var verdict = rule.Judge(facts);
        Assert.Equal(VerdictKind.Abstain, verdict.Kind);
        Assert.False(string.IsNullOrEmpty(verdict.Detail));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Garita.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Garita.slnx is above none of the folders of the test program");
        return folder.FullName;
    }
}
