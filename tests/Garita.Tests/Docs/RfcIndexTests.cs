using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.Tests.Docs;

/// <summary>
/// docs/rfc.md is made from the references in the code, so that a reader of an RFC finds the line that follows it.
/// <c>GARITA_UPDATE_DOCS=1</c> writes it anew.
/// </summary>
public sealed partial class RfcIndexTests
{
    [Fact]
    public void The_index_of_RFCs_is_current()
    {
        var root = Root();
        var made = Make(root);
        var file = Path.Combine(root, "docs", "rfc.md");
        if (string.Equals(Environment.GetEnvironmentVariable("GARITA_UPDATE_DOCS"), "1", StringComparison.Ordinal))
            File.WriteAllText(file, made);
        Assert.True(File.Exists(file) && string.Equals(File.ReadAllText(file), made, StringComparison.Ordinal),
            "docs/rfc.md is not current: run the tests of Garita.Tests once with GARITA_UPDATE_DOCS=1");
    }

    [Theory]
    [InlineData("// RFC 5321 §4.5.2, RFC 2920 §3.1", "5321:4.5.2 2920:3.1")]
    [InlineData("(RFC 5321 §4.1.1.3, appendix C)", "5321:4.1.1.3")]
    [InlineData("RFC 5321 appendix C", "5321:")]
    [InlineData("(RFC 3463, 2034)", "3463: 2034:")]
    [InlineData("RFC 5321 §2.3.5, §4.5.1 and RFC 6531", "5321:2.3.5 5321:4.5.1 6531:")]
    [InlineData("nothing", "")]
    public void References_are_read(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', References(line).Select(static reference => $"{reference.Rfc}:{reference.Section}")));

    private static string Make(string root)
    {
        var index = new SortedDictionary<int, SortedDictionary<string, SortedSet<string>>>();
        var source = Path.Combine(root, "src");
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(root, file);
            if (path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal))
                continue;
            foreach (var (rfc, section) in File.ReadLines(file).SelectMany(References))
            {
                if (!index.TryGetValue(rfc, out var sections))
                    index[rfc] = sections = new SortedDictionary<string, SortedSet<string>>(Comparer<string>.Create(CompareSections));
                if (!sections.TryGetValue(section, out var files))
                    sections[section] = files = new SortedSet<string>(StringComparer.Ordinal);
                files.Add(path);
            }
        }

        var text = new StringBuilder("# RFCs and where they are followed\n\nMade from the references in the code by `RfcIndexTests`; do not edit.\n");
        foreach (var (rfc, sections) in index)
        {
            text.Append("\n## [RFC ").Append(rfc).Append("](https://www.rfc-editor.org/rfc/rfc").Append(rfc).Append(")\n\n");
            foreach (var (section, files) in sections)
            {
                text.Append("- ").Append(section.Length == 0 ? "in general" : "§" + section).Append(": ");
                text.AppendJoin(", ", files.Select(static file => $"[{Path.GetFileName(file)}](../{file})")).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>RFCs and sections that a line names; "RFC 3463, 2034" names two.</summary>
    private static IEnumerable<(int Rfc, string Section)> References(string line)
    {
        foreach (Match match in Naming().Matches(line))
        {
            var sections = match.Groups["section"].Captures;
            var rfcs = match.Groups["rfc"].Captures;
            for (var i = 0; i < rfcs.Count; i++)
            {
                var rfc = int.Parse(rfcs[i].Value, System.Globalization.CultureInfo.InvariantCulture);
                if (i < rfcs.Count - 1 || sections.Count == 0)
                    yield return (rfc, "");
                else
                    foreach (Capture section in sections)
                        yield return (rfc, section.Value);
            }
        }
    }

    /// <summary>4.5.2 before 4.10.</summary>
    private static int CompareSections(string one, string other) => string.CompareOrdinal(Padded(one), Padded(other));

    private static string Padded(string section) => string.Join('.', section.Split('.').Select(static part => part.PadLeft(4, '0')));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"RFC (?<rfc>\d{3,5})(, (?<rfc>\d{4,5})\b)*(,? ?(and )?§(?<section>\d+(\.\d+)*))*", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Naming();
}
