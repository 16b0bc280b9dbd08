using System.Text;

namespace Garita.Demo;

/// <summary>The legitimate messages of the demo, the same octets at each run.</summary>
internal static class DemoMessages
{
    private const string Boundary = "=_garita_demo_";

    /// <summary>Makes them.</summary>
    public static IReadOnlyList<DemoMessage> Create() =>
    [
        new("plain text", Plain()),
        new("8-bit text", EightBit()),
        WithAttachment("PDF", "report.pdf", "application/pdf", DemoFiles.Pdf()),
        WithAttachment("DOCX", "letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", DemoFiles.Docx()),
        WithAttachment("zip", "figures.zip", "application/zip", DemoFiles.Zip()),
        WithAttachment("PNG picture", "picture.png", "image/png", DemoFiles.Png()),
    ];

    /// <summary>Dots at the beginning of lines are what careless relays lose.</summary>
    private static byte[] Plain() => Ascii($"""
        {Header("Lunch on Friday")}
        Content-Type: text/plain; charset=us-ascii

        Dear Alice,

        .
        ..
        .a line that begins with a dot, and between two that are nothing else
        ...

        and one of 998 octets:
        {new string('x', 998)}

        Yours, Zoe

        """);

    private static byte[] EightBit() => Encoding.UTF8.GetBytes(Crlf($"""
        {Header("Gruesse aus Koeln")}
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Schöne Grüße aus Köln – 你好, добрый день.

        """));

    private static DemoMessage WithAttachment(string name, string file, string type, byte[] content)
    {
        // RFC 2045 §6.8: lines of at most 76 characters.
        var encoded = string.Join("\r\n", Convert.ToBase64String(content).Chunk(76).Select(static line => new string(line)));
        return new DemoMessage(name, Ascii($"""
            {Header("With " + file)}
            Content-Type: multipart/mixed; boundary="{Boundary}"

            --{Boundary}
            Content-Type: text/plain; charset=us-ascii

            Here is {file}.

            --{Boundary}
            Content-Type: {type}; name="{file}"
            Content-Disposition: attachment; filename="{file}"
            Content-Transfer-Encoding: base64

            {encoded}
            --{Boundary}--

            """));
    }

    private static string Header(string subject) => $"""
        Date: Tue, 03 Nov 2026 09:30:00 +0100
        From: Zoe <zoe@example.net>
        To: Alice <alice@example.com>
        Subject: {subject}
        Message-ID: <{subject.Replace(' ', '.')}@example.net>
        MIME-Version: 1.0
        """;

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(Crlf(text));

    private static string Crlf(string text) => text.ReplaceLineEndings("\r\n");
}
