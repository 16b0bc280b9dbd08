using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.Tests.Docs;

/// <summary>docs/rfc.md says where each section of an RFC is kept; it is made from the comments at those lines.</summary>
public sealed partial class RfcIndexTests
{
    private const string Head = "# RFCs and where they are kept\n\nMade from the references in `src/`; `GARITA_UPDATE_DOCS=1 ./test --unit` makes it anew.\n";

    [Fact]
    public void Index_is_current()
    {
        var root = Root();
        var file = Path.Combine(root, "docs", "rfc.md");
        var index = Index(Sources(root));
        if (string.Equals(Environment.GetEnvironmentVariable("GARITA_UPDATE_DOCS"), "1", StringComparison.Ordinal))
            File.WriteAllText(file, index);
        Assert.True(string.Equals(index, File.ReadAllText(file), StringComparison.Ordinal), "docs/rfc.md is old: run with GARITA_UPDATE_DOCS=1");
    }

    [Fact]
    public void Sections_are_in_the_order_of_their_numbers()
    {
        var index = Index([("src/A.cs", "// RFC 5321 §4.10, RFC 5321 §4.9. RFC 822 §3"), ("src/B.cs", "// RFC 5321 §4.9")]);
        Assert.Equal(Head
            + "\n## [RFC 822](https://www.rfc-editor.org/rfc/rfc822)\n- §3: [A.cs](../src/A.cs)\n"
            + "\n## [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321)\n- §4.9: [A.cs](../src/A.cs), [B.cs](../src/B.cs)\n- §4.10: [A.cs](../src/A.cs)\n", index);
    }

    private static string Index(IEnumerable<(string Path, string Text)> sources)
    {
        var references = sources
            .SelectMany(static source => Reference().Matches(source.Text).Select(match => (Rfc: match.Groups["rfc"].Value, Section: match.Groups["section"].Value, source.Path)))
            .Distinct()
            .OrderBy(static reference => SortKey(reference.Rfc), StringComparer.Ordinal)
            .ThenBy(static reference => SortKey(reference.Section), StringComparer.Ordinal)
            .ThenBy(static reference => reference.Path, StringComparer.Ordinal);
        var index = new StringBuilder(Head);
        foreach (var rfc in references.GroupBy(static reference => reference.Rfc, StringComparer.Ordinal))
        {
            index.Append("\n## [RFC ").Append(rfc.Key).Append("](https://www.rfc-editor.org/rfc/rfc").Append(rfc.Key).Append(")\n");
            foreach (var section in rfc.GroupBy(static reference => reference.Section, StringComparer.Ordinal))
            {
                var files = section.Select(static reference => $"[{reference.Path[(reference.Path.LastIndexOf('/') + 1)..]}](../{reference.Path})");
                index.Append("- §").Append(section.Key).Append(": ").AppendJoin(", ", files).Append('\n');
            }
        }

        return index.ToString();
    }

    /// <summary>Numbers padded, so that 4.10 comes after 4.9.</summary>
    private static string SortKey(string text) => Digits().Replace(text, static match => match.Value.PadLeft(6, '0'));

    private static IEnumerable<(string Path, string Text)> Sources(string root) =>
        Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(root, file).Replace('\\', '/'), File: file))
            .Where(static source => !source.Path.Contains("/bin/", StringComparison.Ordinal) && !source.Path.Contains("/obj/", StringComparison.Ordinal))
            .Select(static source => (source.Path, File.ReadAllText(source.File)));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Garita.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no Garita.slnx above the tests");
    }

    [GeneratedRegex(@"RFC (?<rfc>[0-9]{3,5}) §(?<section>[0-9A-Z]+(\.[0-9]+)*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Digits();
}
