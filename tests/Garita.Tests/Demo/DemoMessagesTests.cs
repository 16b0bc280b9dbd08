using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Garita.Demo;
using Xunit;

namespace Garita.Tests.Demo;

public sealed class DemoMessagesTests
{
    private static readonly DemoMessage Message = new("m", "From: a@example.net\r\n\r\nbody\r\n"u8.ToArray());

    [Fact]
    public void Are_the_same_octets_each_time()
    {
        var first = DemoMessages.Create();
        var second = DemoMessages.Create();
        Assert.Equal(6, first.Count);
        for (var i = 0; i < first.Count; i++)
            Assert.Equal(first[i].Content, second[i].Content);
    }

    [Fact]
    public void Have_lines_that_mail_may_have()
    {
        foreach (var message in DemoMessages.Create())
        {
            var text = Encoding.Latin1.GetString(message.Content);
            Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\0', text);
            foreach (var line in text.Split("\r\n"))
            {
                // RFC 5322 §2.1.1
                Assert.InRange(line.Length, 0, 998);
                Assert.DoesNotContain('\r', line);
                Assert.DoesNotContain('\n', line);
            }
        }
    }

    [Fact]
    public void Archives_open()
    {
        using var zip = new ZipArchive(new MemoryStream(DemoFiles.Zip()));
        Assert.Equal("figures.csv read-me.txt", string.Join(' ', zip.Entries.Select(static entry => entry.FullName)));
        using var docx = new ZipArchive(new MemoryStream(DemoFiles.Docx()));
        using var reader = new StreamReader(docx.GetEntry("word/document.xml")!.Open());
        Assert.Contains("this is a letter", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pdf_finds_its_objects()
    {
        var text = Encoding.ASCII.GetString(DemoFiles.Pdf());
        var xref = int.Parse(text.Split("startxref\n")[1].Split('\n')[0], CultureInfo.InvariantCulture);
        Assert.StartsWith("xref\n0 6\n", text[xref..], StringComparison.Ordinal);
        var places = text[xref..].Split('\n')[3..8];
        for (var i = 0; i < places.Length; i++)
            Assert.StartsWith($"{i + 1} 0 obj\n", text[int.Parse(places[i][..10], CultureInfo.InvariantCulture)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_has_its_pixels()
    {
        var png = DemoFiles.Png();
        // Behind the signature (8) and IHDR (25) comes IDAT; the last twelve octets are IEND with its well-known check sum.
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var pixels = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        pixels.CopyTo(plain);
        Assert.Equal(64 * (1 + (64 * 3)), plain.Length);
        Assert.Equal([0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xae, 0x42, 0x60, 0x82], png[^12..]);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Received: from a\r\n by b\r\n", true)]
    [InlineData("X-Garita-Rule: x\r\nReceived: from a\r\n", true)]
    [InlineData("no field\r\n", false)]
    [InlineData(" folded: from nothing\r\n", false)]
    [InlineData("Received: from a\r\n\r\n", false)]
    [InlineData("Received: and this is not ended", false)]
    public void Only_whole_fields_may_be_added(string added, bool expected) =>
        Assert.Equal(expected, Message.IsIn([.. Encoding.ASCII.GetBytes(added), .. Message.Content]));

    [Fact]
    public void One_octet_makes_another_message()
    {
        for (var i = 0; i < Message.Content.Length; i++)
        {
            var changed = Message.Content.ToArray();
            changed[i] ^= 1;
            Assert.False(Message.IsIn(changed));
        }

        Assert.False(Message.IsIn([.. Message.Content, (byte)'\n']));
        Assert.False(Message.IsIn(Message.Content.AsSpan(1)));
    }
}
