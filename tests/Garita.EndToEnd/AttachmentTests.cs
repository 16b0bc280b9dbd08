using System.Globalization;
using System.Text;
using Garita.Gateway.Tests.Evidence.Content;
using MimeKit;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Attachments through the program itself, with the mail server of Debian behind it.</summary>
public sealed class AttachmentTests : Scene
{
    private static readonly byte[] Eicar = Encoding.ASCII.GetBytes(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

    [Fact]
    public async Task Harmless_attachments_arrive_identical_by_default_and_programs_are_found()
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "Postfix is not installed, or not run as root");
        var postfix = Own(await PostfixServer.StartAsync(Folder + "-postfix"));
        var gateway = Own(await RunningGateway.StartAsync(Path.Combine(Folder, "gateway"), postfix.Port, more: "[attachments]\nexecutables = \"reject\"\n"));
        var harmless = Harmless();
        foreach (var message in harmless)
            Assert.StartsWith("250", await SendAsync(gateway, message), StringComparison.Ordinal);
        var got = await postfix.WaitForAsync(harmless.Count, TimeSpan.FromSeconds(60));
        var texts = got.Select(Encoding.Latin1.GetString).ToList();
        foreach (var message in harmless)
        {
            var wanted = Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal);
            var subject = wanted.Split('\n').First(static line => line.StartsWith("Subject:", StringComparison.Ordinal));
            Assert.True(texts.Exists(text => text.EndsWith(wanted, StringComparison.Ordinal)), $"not identical: {subject}");
        }

        Assert.DoesNotContain(texts, static text => text.Contains("X-Garita-Rule: attachment", StringComparison.Ordinal) || text.Contains("X-Garita-Rule: ambiguous", StringComparison.Ordinal));
        foreach (var (name, message) in Programs())
            Assert.True((await SendAsync(gateway, message)).StartsWith("554 5.7.1", StringComparison.Ordinal), name);
        await ExplainAsync(gateway, "user1@example.com", "attachment");
    }

    private static List<byte[]> Harmless()
    {
        var noise = new byte[3000];
        new Random(5).NextBytes(noise);
        var forwarded = new MimeMessage { Subject = "inner", Body = new TextPart("plain") { Text = "inner" } };
        forwarded.From.Add(new MailboxAddress("", "b@example.org"));
        var calendar = new TextPart("calendar") { Text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n" };
        calendar.ContentType.Parameters.Add("method", "REQUEST");
        return
        [
            Make("pdf", Mixed(File("Rechnung ü.pdf", [.. "%PDF-1.7\n"u8, .. noise]))),
            Make("docx", Mixed(File("offer.docx", ArchiveFiles.Zip(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("word/document.xml", noise))))),
            Make("zip", Mixed(File("plain.zip", ArchiveFiles.Zip(("a.txt", noise), ("b/c.jpg", noise))))),
            Make("png", Mixed(File("logo.png", [0x89, (byte)'P', (byte)'N', (byte)'G', .. noise]))),
            Make("calendar", new MultipartAlternative { new TextPart("plain") { Text = "x" }, calendar }),
            Make("smime", new Multipart("signed") { new TextPart("plain") { Text = "x" }, new MimePart("application", "pkcs7-signature") { FileName = "smime.p7s", ContentTransferEncoding = ContentEncoding.Base64, Content = new MimeContent(new MemoryStream(noise)) } }),
            Make("smime opaque", new MimePart("application", "pkcs7-mime") { FileName = "smime.p7m", ContentTransferEncoding = ContentEncoding.Base64, Content = new MimeContent(new MemoryStream(noise)) }),
            Make("pgp", new Multipart("encrypted") { new MimePart("application", "pgp-encrypted") { Content = new MimeContent(new MemoryStream("Version: 1\r\n"u8.ToArray())) }, new MimePart("application", "octet-stream") { FileName = "encrypted.asc", Content = new MimeContent(new MemoryStream("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"u8.ToArray())) } }),
            Make("forwarded", new Multipart("mixed") { new TextPart("plain") { Text = "fyi" }, new MessagePart { Message = forwarded } }),
        ];
    }

    private static List<(string Name, byte[] Message)> Programs()
    {
        var zip = ArchiveFiles.Zip(("eicar.com", Eicar));
        var encoded = Mixed(File("x", Eicar));
        var rfc2047 = Encoding.Latin1.GetString(Make("rfc 2047", encoded)).Replace("filename=x", "filename=\"=?utf-8?Q?eicar?= =?utf-8?Q?=2Ecom?=\"", StringComparison.Ordinal);
        var rfc2231 = Encoding.Latin1.GetString(Make("rfc 2231", Mixed(File("x", Eicar)))).Replace("filename=x", "filename*1*=%2Ecom; filename*0*=utf-8''eicar", StringComparison.Ordinal);
        return
        [
            ("plain", Encoding.ASCII.GetBytes($"From: a@example.net\r\nSubject: plain\r\nContent-Type: text/plain; name=eicar.com\r\n\r\n{Encoding.ASCII.GetString(Eicar)}\r\n")),
            ("base64", Make("base64", Mixed(File("eicar.com", Eicar)))),
            ("zip", Make("zip", Mixed(File("a.zip", zip)))),
            ("nested zip", Make("nested zip", Mixed(File("a.zip", ArchiveFiles.Zip(("b.zip", ArchiveFiles.Zip(("c.zip", zip)))))))),
            ("rfc 2047", Encoding.Latin1.GetBytes(rfc2047)),
            ("rfc 2231", Encoding.Latin1.GetBytes(rfc2231)),
        ];
    }

    private static Multipart Mixed(MimePart file) => new("mixed") { new TextPart("plain") { Text = "see the file" }, file };

    private static MimePart File(string name, byte[] octets) => new("application", "octet-stream")
    {
        Content = new MimeContent(new MemoryStream(octets)),
        ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
    };

    private static byte[] Make(string subject, MimeEntity body)
    {
        using var message = new MimeMessage { Subject = subject, Body = body };
        message.From.Add(new MailboxAddress("", "a@example.net"));
        message.To.Add(new MailboxAddress("", "user1@example.com"));
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.EnsureNewLine = true;
        using var stream = new MemoryStream();
        message.WriteTo(options, stream);
        return stream.ToArray();
    }

    private static async Task<string> SendAsync(RunningGateway gateway, byte[] message)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync("127.0.0.1", gateway.Port);
        using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);
        await ReplyAsync();
        foreach (var line in (string[])["EHLO client.example.net", "MAIL FROM:<a@example.net>", "RCPT TO:<user1@example.com>", "DATA"])
        {
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            await ReplyAsync();
        }

        await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n"));
        return await ReplyAsync();

        async Task<string> ReplyAsync()
        {
            string? line;
            do
                line = await reader.ReadLineAsync();
            while (line is { Length: > 3 } && line[3] == '-');
            return line ?? string.Create(CultureInfo.InvariantCulture, $"closed on port {gateway.Port}");
        }
    }
}
