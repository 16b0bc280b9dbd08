using System.Text;
using Garita.Gateway.Evidence.Content;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>Structures that hide a part from one reader and show it to another.</summary>
public sealed class StructureTests
{
    private const string Program = "Content-Type: application/octet-stream; name=\"eicar.com\"\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA//8AALgAAAAAAAAA\n";

    public static TheoryData<string, string> Hidden => new()
    {
        { "nested multipart", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + Program + "--b--\n--a--\n" },
        { "same boundary twice", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n" + Program + "--a--\n--a--\n" },
        { "no end", "Content-Type: multipart/mixed; boundary=a\n\n--a\n" + Program },
        { "no blank line before the boundary", "Content-Type: multipart/mixed; boundary=a\n--a\n" + Program + "--a--\n" },
        { "no boundary parameter", "Content-Type: multipart/mixed\n\n--a\n" + Program + "--a--\n" },
        { "empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\n--a\n" + Program + "--a--\n" },
        { "behind the end", "Content-Type: multipart/mixed; boundary=a\n\n--a\n\ntext\n--a--\n--a\n" + Program + "--a--\n" },
        { "longer line", "Content-Type: multipart/mixed; boundary=a\n\n--ab\n" + Program + "--a--\n" },
        { "white space behind", "Content-Type: multipart/mixed; boundary=a\n\n--a \t \n" + Program + "--a--\n" },
        { "first of two boundaries", "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n" + Program + "--a--\n" },
        { "second of two boundaries", "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--b\n" + Program + "--b--\n" },
        { "two fields", "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + Program + "--b--\n" },
        { "two fields, otherwise", "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n" + Program + "--b--\n" },
        { "boundary in pieces", "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n--ab\n" + Program + "--ab--\n" },
        { "boundary with percent", "Content-Type: multipart/mixed; boundary*=''a%62\n\n--ab\n" + Program + "--ab--\n" },
        { "type in odd case and space", "Content-Type: MultiPart / Mixed; BOUNDARY=a\n\n--a\n" + Program + "--a--\n" },
        { "unknown multipart", "Content-Type: multipart/x-none; boundary=a\n\n--a\n" + Program + "--a--\n" },
        { "no subtype", "Content-Type: multipart; boundary=a\n\n--a\n" + Program + "--a--\n" },
        { "message in a message", "Content-Type: message/rfc822\n\nSubject: x\nContent-Type: message/rfc822\n\n" + Program },
        { "message in base64", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + Encode(Program) },
        { "message that says base64", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + Program },
        { "message in quoted-printable", "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" + Program.Replace("=", "=3D", StringComparison.Ordinal) },
        { "multipart in base64", "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n" + Encode("Content-Type: multipart/mixed; boundary=a\n\n--a\n" + Program + "--a--\n") },
        { "message in a file", "Content-Type: application/octet-stream; name=x.eml\nContent-Transfer-Encoding: base64\n\n" + Encode("Subject: x\n" + Program) },
        { "digest", "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n" + Program + "--a--\n" },
        { "external body", "Content-Type: message/external-body; access-type=x; name=\"eicar.com\"\n\nContent-Type: text/plain\n\n" },
        { "external body's own header", "Content-Type: message/external-body; access-type=x\n\n" + Program },
        { "mbox line", "Content-Type: message/rfc822\n\n>From a@example.net Tue Nov 24 12:00:00 2026\nSubject: x\n" + Program },
        { "header that ends in the middle", "Content-Type: multipart/mixed; boundary=a\n\n--a\nSubject: x\nno field\n" + Program + "--a--\n" },
        // Found by the fuzz target.
        { "type with junk behind it", "Content-Type: message/rfc822\u00F0" + new string('\u00BC', 300) + "\n\nSubject: x\n" + Program },
        { "multipart with a long subtype", "Content-Type: multipart/mi" + new string('e', 300) + "xed; boundary=a\n\n--a\n" + Program + "--a--\n" },
        { "white space before the star", "Content-Type: text/plain; name\t*=utf-8''eicar%2ecom\n\nx\n" },
        { "what is not decoded at the end", "Content-Type: text/plain; name*=utf-8''eicar%2ecom\u00F0\u00F0\n\nx\n" },
        { "percent sign at the end", "Content-Type: text/plain; name*=utf-8''eicar%2ecom%\n\nx\n" },
        { "unknown message with base64", "Content-Type: message/r\"car\"\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA//8AALgAAAA\n" },
        { "body behind two lines", "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\nml>\n--x\n\n=4D=5A=00=00\n" },
        { "line that is no field", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Transfer-Encoding: base64\nCont\u00E9nt-Type: x\n\nTVqQAAMAAAAEAAAA\n--a--\n" },
        { "uuencode", "Content-Type: text/plain\n\nhello\nbegin 644 eicar.com\n#0V%T\n`\nend\n" },
        { "uuencode in quoted-printable", "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nbegin 644 eicar=2Ecom\n#0V%T\n`\nend\n" },
        { "uuencode without a name's end", "Content-Type: text/plain\n\nbegin 644 a.txt\n$35J0  ,\n`\nend\n" },
        { "uuencode in the preamble of nothing", "Subject: x\n\nbegin 644 eicar.com\n#0V%T\n`\nend\n" },
        { "yEnc", "Content-Type: text/plain\n\n=ybegin line=128 size=3 name=eicar.com\nabc\n=yend size=3\n" },
        { "content alone", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA//8AALgAAAAAAAAA\n" },
        { "base64 with junk", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n!!TVqQ AAM*AAAAEA\n\nAAA//8AALgA&AAAAAAAA\n" },
        { "base64 without padding", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAA\n" },
        { "base64 in an odd word", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: \"BASE64\" (x)\n\nTVqQAAMAAAAEAAAA\n" },
        { "two encodings", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA\n" },
        { "quoted-printable", "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: quoted-printable\n\n=4D=5A=90=00=03=00=\n=00=00=04\n" },
        { "header in white space", "Content-Type: multipart/mixed; boundary=a\n\n--a\n Content-Type: application/octet-stream; name=eicar.com\n\nx\n--a--\n" },
    };

    [Theory]
    [MemberData(nameof(Hidden))]
    public void What_is_hidden_is_found(string how, string message)
    {
        var report = ContentScene.Read("From: a@example.net\n" + message);
        Assert.True(ContentScene.Has(report, AttachmentClass.Executables), $"{how}: {report.Ambiguities}, {report.Parts.Count} parts");
    }

    [Theory]
    [InlineData(MimeAmbiguity.LooseBoundary, "Content-Type: multipart/mixed\n\n--a\n" + Program + "--a--\n")]
    [InlineData(MimeAmbiguity.LooseBoundary, "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n--a\n" + Program)]
    [InlineData(MimeAmbiguity.LooseBoundary, "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--ab\n" + Program + "--a--\n")]
    [InlineData(MimeAmbiguity.NoBoundary, "Content-Type: multipart/mixed; boundary=a\n\nonly text\n")]
    [InlineData(MimeAmbiguity.TwoBoundaries, "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--b\n\ny\n--a--\n")]
    [InlineData(MimeAmbiguity.TwoTypes, "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n")]
    [InlineData(MimeAmbiguity.BoundaryClash, "Content-Type: multipart/mixed; boundary=\"a--\"\n\n--a--\nContent-Type: multipart/mixed; boundary=a\n\n--a--\n\nx\n--a----\n")]
    [InlineData(MimeAmbiguity.Partial, "Content-Type: message/partial; id=x; number=1; total=2\n\nSubject: y\n\n")]
    [InlineData(MimeAmbiguity.TwoEncodings, "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n\nx\n")]
    [InlineData(MimeAmbiguity.Base64, "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nQUJDRA==\nRUZHSA==\n")]
    [InlineData(MimeAmbiguity.BrokenPartHeader, "Content-Type: message/rfc822\n\\\n\nSubject: x\n" + Program)]
    [InlineData(MimeAmbiguity.BrokenPartHeader, "Content-Type: multipart/digest; boundary=ab\n\n--ab\n[\n\n\u007F\n" + Program)]
    [InlineData(MimeAmbiguity.Base64, "Content-Transfer-Encoding: base64\n\nTVqQType: multipart/x; boundary=\"=_x\"\n")]
    [InlineData(MimeAmbiguity.Base64, "Content-Transfer-Encoding: quoted-printable\n\n=4D=5A==00\n")]
    [InlineData(MimeAmbiguity.Base64, "Content-Transfer-Encoding: quoted-printable\n\n=4D=5A= 0=00\n")]
    [InlineData(MimeAmbiguity.BrokenPartHeader, "Content-Type: multipart/mixed; boundary=a\n\n--a\nSubject: x\nno field\nContent-Type: text/html\n\nx\n--a--\n")]
    public void What_can_be_read_in_two_ways_is_ambiguous(MimeAmbiguity expected, string message)
    {
        var report = ContentScene.Read("From: a@example.net\n" + message);
        Assert.Equal(expected, report.Ambiguities & expected);
        Assert.True(new Garita.Gateway.Rules.AmbiguousMime().Judge(new Garita.Gateway.Rules.ContentFacts(report, new Garita.Gateway.Settings.AttachmentSettings())).IsBreach);
    }

    [Fact]
    public void Depth_parts_and_headers_are_bounded()
    {
        var deep = new StringBuilder("From: a@example.net\n");
        for (var i = 0; i < 100; i++)
            deep.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}x\n\n--b{i}x\n");
        Assert.True(ContentScene.Read(deep.ToString()).Ambiguities.HasFlag(MimeAmbiguity.TooDeep));
        var many = "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 1500));
        var report = ContentScene.Read(many);
        Assert.True(report.Ambiguities.HasFlag(MimeAmbiguity.TooManyParts));
        Assert.Equal(1000, report.Parts.Count);
        var large = "Content-Type: multipart/mixed; boundary=b\n\n--b\nX-Long: " + string.Concat(Enumerable.Repeat(new string('x', 900) + "\n ", 400)) + "\n\nx\n--b--\n";
        Assert.True(ContentScene.Read(large).Ambiguities.HasFlag(MimeAmbiguity.LargePartHeader));
    }

    [Fact]
    public void Places_of_parts_are_exact()
    {
        const string Message = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\none\r\n--a\r\nContent-Type: text/x-two\r\n\r\ntwo\r\n--a--\r\n";
        var parts = ContentScene.Read(Message).Parts;
        Assert.Equal("Content-Type: text/x-two\r\n\r\n", Message[(int)parts[2].HeaderAt..(int)parts[2].BodyAt]);
        Assert.Equal("two\r\n", Message[(int)parts[2].BodyAt..(int)parts[2].BodyEnd]);
        Assert.Equal("one\r\n", Message[(int)parts[1].BodyAt..(int)parts[1].BodyEnd]);
    }

    [Fact]
    public void Cut_anywhere_it_reads_the_same()
    {
        var message = Encoding.ASCII.GetBytes("From: a@example.net\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" + Program.ReplaceLineEndings("\r\n") + "--a--\r\n");
        for (var cut = 0; cut <= message.Length; cut++)
        {
            var scan = new ContentScan(new Garita.Gateway.Settings.AttachmentSettings(), static () => null, CancellationToken.None);
            var scanner = new MimeScanner(scan, 0, "");
            scanner.Feed(message.AsSpan(0, cut));
            scanner.Feed(message.AsSpan(cut));
            scanner.Complete();
            Assert.Equal("name content", string.Join(' ', scan.Report.Findings.Select(static finding => finding.Reading)));
        }
    }

    private static string Encode(string text) => ContentScene.Base64(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n"))) + "\n";
}
