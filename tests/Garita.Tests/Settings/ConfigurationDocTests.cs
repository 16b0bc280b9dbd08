using Garita.Gateway.Rules;
using Garita.Settings;
using Xunit;

namespace Garita.Tests.Settings;

/// <summary>docs/configuration.md lists what the reader knows, and its table of rules is true.</summary>
public sealed class ConfigurationDocTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root(), "docs", "configuration.md"));

    public static TheoryData<string> Tables => new(SettingsKeys.ByTable.Keys.Where(static table => !table.EndsWith("rules", StringComparison.Ordinal) && !table.EndsWith("weights", StringComparison.Ordinal) && table is not ("tenant.harvest" or "tenant.attachments")));

    [Theory]
    [MemberData(nameof(Tables))]
    public void Each_key_is_in_its_table_and_no_other(string table)
    {
        // One section may be of several tables: "## `[score]` and `[tenant.score]`".
        var start = Array.FindIndex(Lines, line => line.StartsWith("## ", StringComparison.Ordinal)
            && (table.Length == 0 ? line is "## The file itself" : line.Split('`').Any(part => part.Trim('[', ']').Equals(table, StringComparison.Ordinal))));
        Assert.True(start >= 0, $"no section for {table}");
        var keys = Lines.Skip(start + 1).TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('`')[1]);
        Assert.Equal(SettingsKeys.ByTable[table].Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rules_and_their_defaults_are_true()
    {
        var start = Array.FindIndex(Lines, static line => line.StartsWith("| rule | stage |", StringComparison.Ordinal));
        var rows = Lines.Skip(start + 2).TakeWhile(static line => line.StartsWith('|')).Select(static line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(RuleCatalogue.BySlug.Keys.Order(StringComparer.Ordinal), rows.Select(static row => row[1].Trim('`')).Order(StringComparer.Ordinal));
        foreach (var row in rows)
        {
            var rule = RuleCatalogue.BySlug[row[1].Trim('`')];
            Assert.Equal($"`{RuleReader.Word(rule.DefaultMode)}`", row[3]);
            Assert.Equal(rule.Stage.ToString().ToLowerInvariant(), row[2]);
            Assert.Equal(string.Join(", ", RuleReader.Allowed(rule)), row[4]);
            Assert.Equal(rule.CanBeExcepted ? "yes" : "no", row[5]);
            Assert.True(row[6].Length > 20, rule.Slug);
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Garita.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the repository");
        return folder;
    }
}
