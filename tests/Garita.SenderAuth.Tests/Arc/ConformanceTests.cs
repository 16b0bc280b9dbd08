using System.Text.RegularExpressions;
using Garita.SenderAuth.Arc;
using Garita.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Garita.SenderAuth.Tests.Arc;

/// <summary>The suite of ARC chains, each case by its name: 171 names, four of which stand for two cases. Three cases expect nothing: there the newest seal says that the chain had failed.</summary>
public sealed class ConformanceTests
{
    private const string Path = "arc/arc-draft-validation-tests.yml";
    private const string Absent = "no data";
    private static readonly Lazy<Dictionary<string, (byte[] Message, string Expected, FakeDns Dns)>> Cases = new(static () => Read(Conformance.PathOf(Path)));

    public static TheoryData<string> Names => Conformance.Exists(Path) ? [.. Cases.Value.Keys] : [Absent];

    [Fact]
    public async Task The_suite_is_whole()
    {
        Assert.Equal(175, Cases.Value.Count);
        var results = await Task.WhenAll(Cases.Value.Values.Select(static async one => (await MessageOctets.VerifyAsync(one.Message, one.Dns)).Arc.Status.Name()));
        Console.WriteLine($"ARC: {results.Length} cases, {string.Join(", ", results.CountBy(static one => one, StringComparer.Ordinal).Select(static one => $"{one.Value} {one.Key}"))}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case(string name)
    {
        var (message, expected, dns) = Cases.Value[name];
        foreach (var piece in (int[])[int.MaxValue, 7])
        {
            var result = (await MessageOctets.VerifyAsync(message, dns, piece: piece)).Arc;
            Assert.Equal(expected.Length == 0 ? "fail" : expected, result.Status.Name());
            Assert.Equal(result.Status == ArcStatus.Fail, result.Reason is not null);
            Assert.Equal(result.Status == ArcStatus.Pass, result.Sets.Count > 0);
        }
    }

    private static Dictionary<string, (byte[] Message, string Expected, FakeDns Dns)> Read(string path)
    {
        // The parser takes offence at blocks that begin with a line of spaces, and at names that stand twice; both are in the file.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var source = Regex.Replace(File.ReadAllText(path), @"(?<=\|[ ]*\n)[ ]+(?=\n)", "", RegexOptions.None, TimeSpan.FromSeconds(10));
        source = Regex.Replace(source, @"(?<=^  )as_\w+(?=:\s*$)", match => seen.Add(match.Value) ? match.Value : match.Value + "_again", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
        using var text = new StringReader(source);
        var yaml = new YamlStream();
        yaml.Load(text);
        var cases = new Dictionary<string, (byte[] Message, string Expected, FakeDns Dns)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var document in yaml.Documents)
        {
            var scenario = (YamlMappingNode)document.RootNode;
            var dns = new FakeDns();
            number++;
            if (scenario.Children.TryGetValue("txt-records", out var records) && records is YamlMappingNode keys)
            {
                foreach (var (name, record) in keys.Children)
                    dns.Txt(Text(name), Text(record));
            }

            foreach (var (name, test) in ((YamlMappingNode)scenario["tests"]).Children)
                cases.Add($"{number} {Text(name)}", (MessageOctets.Lines(Text(test["message"])), Text(test["cv"]).Trim().ToLowerInvariant(), dns));
        }

        return cases;
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
