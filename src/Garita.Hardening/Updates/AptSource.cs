using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

/// <summary>One place that packages come from: sources.list(5), in either form.</summary>
/// <param name="File">Where it is written.</param>
/// <param name="Uri">Its address.</param>
/// <param name="Suite">The release, as in <c>bookworm-security</c>.</param>
/// <param name="Options">Options by name in lower case.</param>
internal sealed record AptSource(string File, string Uri, string Suite, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>All that are turned on and give programs, not sources.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<AptSource> All(View host)
    {
        var sources = new List<AptSource>();
        if (host.Read("/etc/apt/sources.list") is { } main)
            sources.AddRange(OneLine("/etc/apt/sources.list", main));
        foreach (var name in host.List("/etc/apt/sources.list.d") ?? [])
        {
            var path = "/etc/apt/sources.list.d/" + name;
            if (name.EndsWith(".list", StringComparison.Ordinal))
                sources.AddRange(OneLine(path, host.Read(path) ?? ""));
            else if (name.EndsWith(".sources", StringComparison.Ordinal))
                sources.AddRange(Stanzas(path, host.Read(path) ?? ""));
        }
        return sources;
    }

    /// <summary><c>deb [option=value …] address suite component …</c></summary>
    private static IEnumerable<AptSource> OneLine(string path, string text)
    {
        foreach (var raw in text.Split('\n'))
        {
            var line = (raw.IndexOf('#', StringComparison.Ordinal) is var comment and >= 0 ? raw[..comment] : raw).Trim();
            if (!line.StartsWith("deb ", StringComparison.Ordinal) && !line.StartsWith("deb\t", StringComparison.Ordinal))
                continue;
            var rest = line[4..].TrimStart();
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is var end and > 0)
            {
                foreach (var option in Text.Words(rest[1..end]))
                {
                    var parts = option.Split('=', 2);
                    options[parts[0].TrimEnd('+', '-').ToLowerInvariant()] = parts.Length > 1 ? parts[1] : "";
                }
                rest = rest[(end + 1)..];
            }
            if (Text.Words(rest) is [var uri, var suite, ..])
                yield return new(path, uri, suite, options);
        }
    }

    /// <summary>Fields as in a mail's header, stanzas between empty lines.</summary>
    private static IEnumerable<AptSource> Stanzas(string path, string text)
    {
        foreach (var fields in ControlFile.Stanzas(text))
        {
            if (fields.TryGetValue("enabled", out var enabled) && !AptSettings.IsYes(enabled))
                continue;
            if (!Words(fields, "types").Contains("deb", StringComparer.Ordinal))
                continue;
            foreach (var uri in Words(fields, "uris"))
            {
                foreach (var suite in Words(fields, "suites"))
                    yield return new(path, uri, suite, fields);
            }
        }
    }

    private static string[] Words(Dictionary<string, string> fields, string name) => fields.TryGetValue(name, out var value) ? value.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
}
