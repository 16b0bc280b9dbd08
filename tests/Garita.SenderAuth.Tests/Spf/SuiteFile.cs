using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Garita.SenderAuth.Tests.Spf;

/// <summary>A case of the suite.</summary>
internal sealed record SuiteCase(string Helo, string Host, string MailFrom, IReadOnlyList<string> Results, string? Explanation, SuiteZone Zone);

/// <summary>Reads the openspf suite: scenarios with tests and zone data, one YAML document each.</summary>
internal static class SuiteFile
{
    internal static Dictionary<string, SuiteCase> Read(string path)
    {
        using var text = new StreamReader(path);
        var yaml = new YamlStream();
        yaml.Load(text);
        var cases = new Dictionary<string, SuiteCase>(StringComparer.Ordinal);
        foreach (var document in yaml.Documents)
        {
            var scenario = (YamlMappingNode)document.RootNode;
            var zone = Zone((YamlMappingNode)scenario["zonedata"]);
            foreach (var (name, test) in ((YamlMappingNode)scenario["tests"]).Children)
            {
                var fields = (YamlMappingNode)test;
                cases.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{Text(scenario["description"])}: {Text(name)}"),
                    new SuiteCase(Text(fields["helo"]), Text(fields["host"]), Text(fields["mailfrom"]), List(fields["result"]), fields.Children.TryGetValue("explanation", out var words) ? Text(words) : null, zone));
            }
        }

        return cases;
    }

    private static SuiteZone Zone(YamlMappingNode data)
    {
        var zone = new SuiteZone();
        foreach (var (name, records) in data.Children)
        {
            foreach (var record in (YamlSequenceNode)records)
            {
                if (record is not YamlMappingNode typed)
                {
                    zone.Add(Text(name), Text(record), []);
                    continue;
                }

                foreach (var (type, value) in typed.Children)
                    zone.Add(Text(name), Text(type), List(value));
            }
        }

        return zone;
    }

    private static List<string> List(YamlNode node) => node is YamlSequenceNode list ? [.. list.Select(Text)] : [Text(node)];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
