using Garita.Gateway.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

public sealed class RuleCatalogueTests
{
    public static TheoryData<string> Slugs => [.. RuleCatalogue.All.Select(static rule => rule.Slug)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Class_and_file_are_named_after_the_slug(string slug)
    {
        var rule = RuleCatalogue.BySlug[slug];
        var name = string.Concat(slug.Split('-').Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));
        Assert.Equal(name, rule.GetType().Name);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(RulePages.Root, "src", "Garita.Gateway", "Rules"), name + ".cs", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void The_page_tells_the_truth(string slug)
    {
        var rule = RuleCatalogue.BySlug[slug];
        Assert.StartsWith($"# {slug}\n", RulePages.Text(slug), StringComparison.Ordinal);
        Assert.Equal($"`{Name(rule.DefaultMode)}`", RulePages.Row(slug, "default"));
        var modes = RulePages.Row(slug, "modes").Split(", ").Select(static mode => mode.Trim('`'));
        Assert.Equal(Enum.GetValues<RuleMode>().Where(mode => ((int)rule.Allowed & (1 << (int)mode)) != 0).Select(Name).Order(StringComparer.Ordinal), modes.Order(StringComparer.Ordinal));
        Assert.Equal(rule.CanBeExcepted ? "may lift it" : "do not lift it", RulePages.Row(slug, "exceptions"));
        Assert.Contains($"[{slug}]({slug}.md)", RulePages.Text("README"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_page_and_every_class_has_its_rule()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(RulePages.Root, "docs", "rules"), "*.md").Select(static file => Path.GetFileNameWithoutExtension(file)!).Where(static name => !string.Equals(name, "README", StringComparison.Ordinal));
        Assert.Equal(RuleCatalogue.All.Select(static rule => rule.Slug).Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
        var classes = typeof(Rule).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Rule)) && !type.IsAbstract);
        Assert.Equal(classes.ToHashSet(), RuleCatalogue.All.Select(static rule => rule.GetType()).ToHashSet());
    }

    [Fact]
    public void Defaults_are_allowed_and_rules_are_numbered_in_order_of_their_stages()
    {
        Assert.All(RuleCatalogue.All, static rule => Assert.NotEqual(0, (int)rule.Allowed & (1 << (int)rule.DefaultMode)));
        Assert.Equal(Enumerable.Range(0, RuleCatalogue.All.Count), RuleCatalogue.All.Select(static rule => rule.Index));
        Assert.Equal(RuleCatalogue.All.Select(static rule => rule.Stage).Order(), RuleCatalogue.All.Select(static rule => rule.Stage));
    }

    [Fact]
    public void What_would_hurt_the_backend_cannot_be_excepted()
    {
        string[] never = ["command-syntax", "command-length", "nul-byte", "verb", "starttls-injection", "proxy-header", "sender-syntax", "recipient-syntax", "relay", "bare-newline", "header-syntax", "address-header"];
        Assert.All(never, static slug => Assert.False(RuleCatalogue.BySlug[slug].CanBeExcepted));
        Assert.DoesNotContain(RuleMode.Off, Enum.GetValues<RuleMode>().Where(static mode => ((int)RuleCatalogue.BySlug["relay"].Allowed & (1 << (int)mode)) != 0));
    }

    private static string Name(RuleMode mode) => mode.ToString().ToLowerInvariant();
}
