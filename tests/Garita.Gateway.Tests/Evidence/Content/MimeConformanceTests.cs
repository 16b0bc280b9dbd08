using System.Text.Json;
using Garita.Gateway.Evidence.Content;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>mail-parser's own cases (MIT): its trees are its own; the names and types of its attachments are among our readings.</summary>
public sealed class MimeConformanceTests
{
    [Fact]
    public void Malformed_messages_are_read_and_names_and_types_are_among_the_readings()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Conformance.PathOf("mime/resources/content_type.json"))!, "eml", "malformed");
        var files = Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).ToList();
        var checkedParts = 0;
        foreach (var file in files)
        {
            var octets = File.ReadAllBytes(file);
            foreach (var variant in (byte[][])[octets, ToCrlf(octets)])
            {
                var report = ContentScene.Read(variant);
                Assert.Null(report.Incomplete);
                using var tree = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")));
                checkedParts += Check(tree.RootElement, report, Path.GetFileName(file));
            }
        }

        Assert.Equal(23, files.Count);
        Assert.True(checkedParts > 20, $"{checkedParts}");
        TestContext.Current.SendDiagnosticMessage($"mime/malformed: {files.Count} messages, {checkedParts} parts with names or types");
        Console.WriteLine($"mime/malformed: {files.Count} messages, {checkedParts} parts with names or types");
    }

    [Fact]
    public void Content_types_are_among_the_readings()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Conformance.PathOf("mime/resources/content_type.json")));
        var count = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            count++;
            var header = one.GetProperty("header").GetString()!;
            var pieces = 0;
            var readings = PartReadings.Read(System.Text.Encoding.UTF8.GetBytes("Content-Type: " + header.TrimEnd('\r', '\n') + "\r\n"));
            Assert.Equal(0, pieces);
            if (!one.TryGetProperty("expected", out var expected) || expected.ValueKind != JsonValueKind.Object || !expected.TryGetProperty("c_type", out var type))
                continue;
            var name = type.GetString()!.ToLowerInvariant();
            if (expected.TryGetProperty("c_subtype", out var subtype) && subtype.ValueKind == JsonValueKind.String)
                name += "/" + subtype.GetString()!.ToLowerInvariant();
            Assert.True(readings.Types.Contains(Squeeze(name), StringComparer.Ordinal), $"{header}: {name} is not among {string.Join(", ", readings.Types)}");
            if (!expected.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Array)
                continue;
            foreach (var attribute in attributes.EnumerateArray())
            {
                if (attribute[0].GetString() is "name" or "filename" && attribute[1].GetString() is { } value)
                    Assert.True(readings.Names.Exists(reading => string.Equals(Squeeze(reading), Squeeze(value), StringComparison.Ordinal)), $"{header}: {value} is not among {string.Join(" | ", readings.Names)}");
                if (attribute[0].GetString() is "boundary" && attribute[1].GetString() is { } boundary)
                    Assert.True(readings.Boundaries.Exists(reading => string.Equals(System.Text.Encoding.UTF8.GetString(reading), boundary.TrimEnd(), StringComparison.Ordinal)), $"{header}: {boundary}");
            }
        }

        Assert.True(count >= 100, $"{count}");
        TestContext.Current.SendDiagnosticMessage($"mime/content_type: {count} cases");
        Console.WriteLine($"mime/content_type: {count} cases");
    }

    /// <summary>White space is folded by each parser in its own way; for the end of a name it means nothing.</summary>
    private static string Squeeze(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    private static int Check(JsonElement tree, ContentReport report, string file)
    {
        var count = 0;
        var parts = tree.GetProperty("parts");
        foreach (var index in tree.GetProperty("attachments").EnumerateArray())
        {
            foreach (var header in parts[index.GetInt32()].GetProperty("headers").EnumerateArray())
            {
                if (header.GetProperty("value") is not { ValueKind: JsonValueKind.Object } value || !value.TryGetProperty("ContentType", out var content))
                    continue;
                count++;
                var type = content.GetProperty("c_type").GetString()!.ToLowerInvariant();
                if (content.TryGetProperty("c_subtype", out var subtype) && subtype.ValueKind == JsonValueKind.String)
                    type += "/" + subtype.GetString()!.ToLowerInvariant();
                if (header.GetProperty("name").GetString() is "content_type")
                    Assert.True(report.Parts.Any(part => part.Types.Contains(Squeeze(type), StringComparer.Ordinal)), $"{file}: {type}");
                if (!content.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Array)
                    continue;
                foreach (var attribute in attributes.EnumerateArray())
                {
                    if (attribute.GetProperty("name").GetString() is "name" or "filename" && attribute.GetProperty("value").GetString() is { } text)
                        Assert.True(report.Parts.Any(part => part.Names.Any(name => string.Equals(Squeeze(name), Squeeze(text), StringComparison.Ordinal))), $"{file}: {text}");
                }
            }
        }

        if (tree.TryGetProperty("parts", out _))
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (part.GetProperty("body") is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("Message", out var message))
                    count += Check(message, report, file);
            }
        }

        return count;
    }

    private static byte[] ToCrlf(byte[] octets) => System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(octets).ReplaceLineEndings("\r\n"));
}
