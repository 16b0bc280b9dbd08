using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.Tests.Docs;

/// <summary>docs/rfc.md is made from the references in the code; GARITA_UPDATE_DOCS=1 writes it anew.</summary>
public sealed partial class RfcIndexTests
{
    private static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    [Fact]
    public void Is_current()
    {
        var file = Path.Combine(Root, "docs", "rfc.md");
        var made = Make();
        if (Environment.GetEnvironmentVariable("GARITA_UPDATE_DOCS") is "1")
            File.WriteAllText(file, made);
        Assert.True(string.Equals(made, File.ReadAllText(file), StringComparison.Ordinal), "docs/rfc.md is not current: run the tests with GARITA_UPDATE_DOCS=1");
    }

    private static string Make()
    {
        var found = new SortedDictionary<int, SortedDictionary<string, SortedSet<string>>>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(Root, file);
            if (path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal))
                continue;
            foreach (Match match in Reference().Matches(File.ReadAllText(file)))
            {
                var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
                var section = match.Groups["section"].Value;
                if (!found.TryGetValue(number, out var sections))
                    found[number] = sections = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
                if (!sections.TryGetValue(section, out var files))
                    sections[section] = files = new SortedSet<string>(StringComparer.Ordinal);
                files.Add(path);
            }
        }

        var text = new StringBuilder("# RFCs followed\nMade from the references in the code.\n");
        foreach (var (number, sections) in found)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## [RFC {number}](https://www.rfc-editor.org/rfc/rfc{number})\n");
            foreach (var (section, files) in sections)
            {
                text.Append("- ").Append(section.Length == 0 ? "as a whole" : "§" + section).Append(": ");
                text.AppendJoin(", ", files.Select(static path => $"[{Path.GetFileName(path)}](../{path})")).Append('\n');
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"RFC (?<number>\d{3,5})(?: §(?<section>\d+(?:\.\d+)*))?", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Reference();
}
