using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using MimeKit;

namespace Garita.Fuzz;

/// <summary>
/// A whole message. Oracles: cut anywhere, it reads the same; what MimeKit makes of it and calls a program by name, or what begins like one when
/// MimeKit decodes it, is objected to, by name or as ambiguous; bounds hold. Python's reading is compared by a test, which needs Python.
/// </summary>
public sealed class MimeTarget : IFuzzTarget
{
    private const string Program = "Content-Type: application/octet-stream; name=\"eicar.com\"\r\nContent-Disposition: attachment; filename*0=ei; filename*1=\"car.com\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAAAAAAA\r\n";

    private static readonly AttachmentSettings Settings = new();

    private static readonly Rule<ContentFacts>[] Rules = [.. RuleCatalogue.Content];

    /// <inheritdoc/>
    public string Name => "mime";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=\"ab\"\r\n\r\n--ab\r\n" + Program + "--ab--\r\n--a--\r\n",
        "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" + Program,
        "Content-Type: multipart/digest; boundary*0=\"a\"; boundary*1=b\r\n\r\n--ab\r\n\r\n" + Program + "--ab--\r\n",
        "Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename==?utf-8?Q?eicar=2Ecom?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=4D=5A=00=00\r\n",
        "Content-Type: text/plain; name*=utf-8''eicar%2ecom\r\n\r\nbegin 644 eicar.exe\r\n#0V%T\r\n`\r\nend\r\n",
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"=_x\"\r\n\r\npreamble\r\n--=_x\r\n\r\ntext\r\n--=_x\r\nContent-Type: text/html\r\n\r\n<html>\r\n--=_x--\r\nepilogue\r\n",
        "Content-Transfer-Encoding: base64\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nTVqQ==\r\nAAMAAAAEAAAA\r\n",
    ], Encoding.Latin1.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var message = AsRelayed(input);
        var report = Read(message, message.Length);
        // Archives are looked at as a whole, for which there is no room here: such a message is put off.
        if (report.Incomplete is not null)
            return;
        OracleException.ThrowUnless(report.Parts.Count <= 1000 && report.Findings.Count <= 100, "a bound is broken");
        var half = Read(message, message.Length / 2);
        OracleException.ThrowUnless(report.Ambiguities == half.Ambiguities && report.Findings.SequenceEqual(half.Findings), "cut, it reads differently");
        if (IsObjectedTo(report))
            return;
        if (MimeKitSees(message) is { } seen)
            throw new OracleException($"MimeKit sees {seen}");
    }

    /// <summary>An input as it would be relayed: NUL is refused before, and lines end in CRLF.</summary>
    public static byte[] AsRelayed(ReadOnlySpan<byte> input) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input).Replace("\0", "", StringComparison.Ordinal).ReplaceLineEndings("\r\n"));

    /// <summary>Whether the rules object to a message, or put it off.</summary>
    public static bool IsObjectedTo(byte[] message) => Read(message, message.Length) is var report && (report.Incomplete is not null || IsObjectedTo(report));

    private static bool IsObjectedTo(ContentReport report)
    {
        var facts = new ContentFacts(report, Settings);
        return Array.Exists(Rules, rule => rule.Judge(facts).IsBreach);
    }

    private static ContentReport Read(byte[] message, int cut)
    {
        var scan = new ContentScan(Settings, static () => null, CancellationToken.None);
        var scanner = new MimeScanner(scan, 0, "");
        scanner.Feed(message.AsSpan(0, cut));
        scanner.Feed(message.AsSpan(cut));
        scanner.Complete();
        return scan.Report;
    }

    private static string? MimeKitSees(byte[] octets)
    {
        using var stream = new MemoryStream(octets);
        MimeMessage message;
        try
        {
            message = MimeMessage.Load(stream);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            return null;
        }

        using (message)
        {
            foreach (var part in new MimeIterator(message).Parts())
            {
                if (part.FileName?.TrimEnd(' ', '.', '?') is { } name && (name.EndsWith(".com", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase)))
                    return name;
                using var content = new MemoryStream();
                part.Content?.DecodeTo(content);
                if (content.ToArray().AsSpan().StartsWith("MZ"u8) && Magic.Of(content.ToArray()) == ContentKind.Executable)
                    return "a program's first octets";
            }
        }

        return null;
    }
}

/// <summary>Leaves of a message.</summary>
internal static class MimeIteratorParts
{
    /// <summary>All leaves that hold content.</summary>
    internal static IEnumerable<MimePart> Parts(this MimeIterator iterator)
    {
        while (iterator.MoveNext())
        {
            if (iterator.Current is MimePart part)
                yield return part;
        }
    }
}
