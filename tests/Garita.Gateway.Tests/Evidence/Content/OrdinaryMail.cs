using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>
/// Mail as programs of many kinds write it, made at random: no real mailbox may be kept with the tests. MimeKit writes what is well formed;
/// habits that it does not have (those of Outlook, Exchange, Notes, PHP scripts, list managers, bounces) are put on as text.
/// </summary>
internal sealed class OrdinaryMail(int seed)
{
    private static readonly string[] Names =
    [
        "Rechnung 11.2026.pdf", "offer v1.2 (final).docx", "Übersicht Q4.xlsx", "请求.pdf", "résumé.doc", "photo.jpeg", "IMG_0001.PNG", "notes", "minutes.2026-11-24.txt", "fotos.zip", "backup.tar.gz",
        "a;b.pdf", "it's.pdf", "100% sure.pdf", "a=b.csv", "logo.gif", "data.json", "patch-1.diff", "0001-Fix-the-build.patch", "slides.pptx", "scan_20261124.tif", "voice.wav", "contact.vcf",
        "Screenshot 2026-11-24 at 12.00.00.png", "statement.ofx", "export.xml", "thesis.tex", "Angebot_Müller & Söhne.pdf", "日本語のとても長いファイル名でございますから折り返されます、何度も何度も.pdf", "www.example.net.pdf", "key.asc",
    ];

    private static readonly string[] Lines =
    [
        "Dear all,", "-- ", "---", "-----Original Message-----", "--- a/main.c", "+++ b/main.c", "@@ -1,3 +1,3 @@", "> quoted", ">From here", "begin with the first item", "begin 2026 well", "end", "https://www.example.com/a?b=c&d=e",
        "Content is king: read on", "Content-wise: nothing new", "= heading =", "=ybegin is how yEnc begins", "____________________________", "MZ Handels GmbH", "The first line of the script is #!/bin/sh", "Grüße", "PK", "boundary=nothing", "--=_not_a_boundary", "",
    ];

    private readonly Random _random = new(seed);

    /// <summary>One message.</summary>
    internal byte[] Next()
    {
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("Ä. Sender", "a@example.net"));
        message.To.Add(new MailboxAddress("", "user1@example.com"));
        message.Subject = Any(Names);
        message.Body = Body(0);
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.ParameterEncodingMethod = _random.Next(2) == 0 ? ParameterEncodingMethod.Rfc2231 : ParameterEncodingMethod.Rfc2047;
        using var stream = new MemoryStream();
        message.WriteTo(options, stream);
        return Encoding.Latin1.GetBytes(Habit(Encoding.Latin1.GetString(stream.ToArray())));
    }

    private MimeEntity Body(int depth)
    {
        switch (_random.Next(depth > 2 ? 4 : 15))
        {
            case 0 or 1:
                return Text("plain");
            case 2:
                return Text("html");
            case 3:
                return File();
            case 4 or 5:
                return new MultipartAlternative { Text("plain"), Text("html") };
            case 6:
                return new MultipartRelated { Text("html"), Image(), Image() };
            case 7 or 8 or 9:
                var mixed = new Multipart("mixed") { Body(depth + 1) };
                for (var files = _random.Next(1, 5); files > 0; files--)
                    mixed.Add(File());
                return mixed;
            case 10:
                return new Multipart("mixed") { Text("plain"), Forwarded(depth) };
            case 11:
                return Signed(depth);
            case 12:
                var calendar = new TextPart("calendar") { Text = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" };
                calendar.ContentType.Parameters.Add("method", "REQUEST");
                return new MultipartAlternative { Text("plain"), Text("html"), calendar };
            case 13:
                return Report();
            default:
                return Digest();
        }
    }

    private TextPart Text(string subtype)
    {
        var text = new StringBuilder(subtype is "html" ? "<html><head><style>p{}</style></head><body><p>" : "");
        for (var lines = _random.Next(1, 30); lines > 0; lines--)
            text.Append(Any(Lines)).Append(subtype is "html" ? "<br>\r\n" : "\r\n");
        if (subtype is "html")
            text.Append(_random.Next(10) == 0 ? "<a download=\"x.pdf\" href=\"https://example.com\">x</a><script>track()</script>" : "").Append("</body></html>");
        return new TextPart(subtype) { Text = text.ToString(), ContentTransferEncoding = (ContentEncoding)_random.Next(0, 6) is ContentEncoding.Binary ? ContentEncoding.Base64 : Any([ContentEncoding.Default, ContentEncoding.EightBit, ContentEncoding.QuotedPrintable, ContentEncoding.Base64]) };
    }

    private MimePart File()
    {
        var name = Any(Names);
        var part = new MimePart(Any(["application/octet-stream", MimeTypes.GetMimeType(name)]))
        {
            Content = new MimeContent(new MemoryStream(Octets(name))),
            ContentTransferEncoding = Path.GetExtension(name) is ".txt" or ".csv" or ".json" && _random.Next(2) == 0 ? ContentEncoding.QuotedPrintable : ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(_random.Next(5) == 0 ? ContentDisposition.Inline : ContentDisposition.Attachment),
        };
        part.ContentDisposition.Parameters.Add(Encoding.UTF8, "filename", name);
        if (_random.Next(2) == 0)
            part.ContentType.Parameters.Add(Encoding.UTF8, "name", name);
        return part;
    }

    private byte[] Octets(string name)
    {
        var noise = new byte[_random.Next(1, 5000)];
        _random.NextBytes(noise);
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".pdf" => [.. "%PDF-1.7\n"u8, .. noise],
            ".zip" => ArchiveFiles.Zip(("a/b.txt", noise), ("c.jpg", noise)),
            ".docx" or ".pptx" or ".xlsx" => ArchiveFiles.Zip(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("word/document.xml", noise), ("word/media/image1.png", noise)),
            ".gz" => ArchiveFiles.Gzip(ArchiveFiles.Tar(("a/b.txt", noise))),
            ".doc" => ArchiveFiles.Ole("WordDocument"),
            ".png" => [0x89, (byte)'P', (byte)'N', (byte)'G', .. noise],
            ".txt" or ".csv" or ".json" or ".diff" or ".patch" or ".tex" or ".xml" or "" => Encoding.UTF8.GetBytes(string.Join("\r\n", Enumerable.Range(0, 20).Select(_ => Any(Lines)))),
            _ => [0xFF, 0xD8, 0xFF, .. noise],
        };
    }

    private MimePart Image() => new("image", "png") { ContentId = MimeUtils.GenerateMessageId(), Content = new MimeContent(new MemoryStream(Octets(".png"))), ContentTransferEncoding = ContentEncoding.Base64 };

    private MessagePart Forwarded(int depth)
    {
        var inner = new MimeMessage { Subject = Any(Names), Body = Body(depth + 1) };
        inner.From.Add(new MailboxAddress("", "b@example.org"));
        return new MessagePart { Message = inner };
    }

    private Multipart Signed(int depth)
    {
        var isPgp = _random.Next(2) == 0;
        if (_random.Next(3) == 0)
        {
            return new Multipart("encrypted")
            {
                new MimePart("application", "pgp-encrypted") { Content = new MimeContent(new MemoryStream("Version: 1\r\n"u8.ToArray())) },
                new MimePart("application", "octet-stream") { FileName = "encrypted.asc", Content = new MimeContent(new MemoryStream(Encoding.ASCII.GetBytes("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"))) },
            };
        }

        var signature = isPgp
            ? new MimePart("application", "pgp-signature") { FileName = "signature.asc", Content = new MimeContent(new MemoryStream(Encoding.ASCII.GetBytes("-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n"))) }
            : new MimePart("application", "pkcs7-signature") { FileName = "smime.p7s", ContentTransferEncoding = ContentEncoding.Base64, Content = new MimeContent(new MemoryStream(Octets(".p7s"))) };
        return new Multipart("signed") { Body(depth + 1), signature };
    }

    private Multipart Report()
    {
        var original = "Subject: x\r\nFrom: a@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"cut\"\r\n\r\n" + (_random.Next(2) == 0 ? "--cut\r\nContent-Type: text/plain\r\n\r\ncut o" : "This is a multi-part");
        return new Multipart("report")
        {
            Text("plain"),
            new MimePart("message", "delivery-status") { Content = new MimeContent(new MemoryStream("Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; x@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"u8.ToArray())) },
            new MimePart(_random.Next(2) == 0 ? "message/rfc822" : "text/rfc822-headers") { Content = new MimeContent(new MemoryStream(Encoding.ASCII.GetBytes(original))) },
        };
    }

    private Multipart Digest()
    {
        var digest = new Multipart("digest");
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            var inner = new MimeMessage { Subject = "in a digest", Body = Text("plain") };
            digest.Add(new MessagePart { Message = inner });
        }

        return new Multipart("mixed") { Text("plain"), digest, Text("plain") };
    }

    /// <summary>What programs do that MimeKit does not.</summary>
    private string Habit(string message) => _random.Next(14) switch
    {
        0 => message.TrimEnd('\r', '\n', '-'),
        // List managers do not write behind a body that is encoded as a whole.
        1 when message.Contains("boundary=", StringComparison.Ordinal) => message + "\r\n\r\n_______________________________________________\r\nlist mailing list\r\nlist@example.org\r\n",
        2 => message.Replace("Content-Transfer-Encoding: base64", "Content-transfer-encoding: BASE64", StringComparison.Ordinal),
        3 => message.Replace("Content-Type: multipart/", "Content-Transfer-Encoding: 7bit\r\nContent-Type: multipart/", StringComparison.Ordinal),
        4 => message.Replace("Content-Type: multipart/", "Content-Transfer-Encoding: quoted-printable\r\nContent-Type: multipart/", StringComparison.Ordinal),
        5 => message.Replace("boundary=\"", "charset=utf-8;\r\n\ttype=\"multipart/alternative\";\r\n\tboundary=\"", StringComparison.Ordinal),
        6 => message.Replace("Content-Type: text/plain", "Content-Description: Mail message body\r\nContent-type: TEXT/PLAIN", StringComparison.Ordinal),
        7 => message.Replace("filename=\"", "filename=\"C:\\Users\\a\\", StringComparison.Ordinal),
        8 when message.IndexOf("\r\n\r\n--", StringComparison.Ordinal) is > 0 and var at => message.Insert(at, "\r\n\r\nThis is a multi-part message in MIME format."),
        9 => message.Replace("--=-", "------=_NextPart_000_0001_01DB", StringComparison.Ordinal).Replace("\"=-", "\"----=_NextPart_000_0001_01DB", StringComparison.Ordinal),
        10 => message.Replace("Content-Disposition: attachment", "Content-Disposition: attachment; size=1234; creation-date=\"Tue, 24 Nov 2026 12:00:00 GMT\"", StringComparison.Ordinal),
        11 => message.Replace("MIME-Version: 1.0", "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))\r\nX-Content: yes", StringComparison.Ordinal),
        _ => message,
    };

    private T Any<T>(T[] all) => all[_random.Next(all.Length)];
}
