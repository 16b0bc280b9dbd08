using CsCheck;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public class DataWriterTests
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData("a\r\n\r\n", "a\r\n\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData("..a\r\n.b\r\n", "...a\r\n..b\r\n.\r\n")]
    [InlineData("a\nb\n", "a\r\nb\r\n.\r\n")]
    [InlineData("a\n.b\n..\n", "a\r\n..b\r\n...\r\n.\r\n")]
    [InlineData("a\rb\r", "a b \r\n.\r\n")]
    [InlineData("a\r.\r\n", "a .\r\n.\r\n")]
    [InlineData("a\r\r\n.c", "a \r\n..c\r\n.\r\n")]
    [InlineData("\r", " \r\n.\r\n")]
    [InlineData("\n\n", "\r\n\r\n.\r\n")]
    [InlineData("\n\r.\n\r", "\r\n .\r\n \r\n.\r\n")]
    [InlineData("\u00ff\r\n", "\u00ff\r\n.\r\n")]
    public void Content_is_framed_anew(string content, string sent)
    {
        Assert.Equal(sent, DataRun.Expected(content));
        var octets = DataRun.Octets(content);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            foreach (var room in (int[])[1, 2, 3, 100])
                Assert.Equal(sent, DataRun.Write(octets, [cut], room));
        }
        Assert.Equal(sent, DataRun.Write(octets, Enumerable.Range(0, octets.Length), 1));
    }

    [Fact]
    public void What_is_written_has_one_reading_and_it_is_the_content()
    {
        var soup = DataRun.OneOf("\r", "\n", ".", "\r\n", "x", "\r\n.\r\n", "..", "text of a line", "\u00e4").List[0, 14];
        Gen.Select(soup, Gen.Int[0, 40], Gen.Int[1, 9]).Sample((parts, cut, room) =>
        {
            var content = string.Concat(parts);
            var sent = DataRun.Write(DataRun.Octets(content), [Math.Min(cut, content.Length)], room);
            Assert.Equal(DataRun.Expected(content), sent);
            Assert.DoesNotContain('\r', sent.Replace("\r\n", "", StringComparison.Ordinal));
            Assert.DoesNotContain('\n', sent.Replace("\r\n", "", StringComparison.Ordinal));
            Assert.Equal(sent.Length - 3, ("\r\n" + sent).IndexOf("\r\n.\r\n", StringComparison.Ordinal));
            var back = DataRun.Read(sent);
            Assert.Equal((DataStatus.End, sent.Length), (back.Status, back.Consumed));
            Assert.Equal(DataFindings.None, back.Findings & ~DataFindings.EightBit);
            // Content that is normal already comes through unchanged.
            Assert.Equal(sent, DataRun.Write(back.Content));
        }, iter: 20_000);
    }

    [Fact]
    public void A_received_message_is_relayed_as_it_was()
    {
        var line = Gen.Char[" .abc\u00e4"].Array[0, 6].Select(text => new string(text));
        line.List[0, 10].Sample(lines =>
        {
            var content = string.Concat(lines.Select(text => text + "\r\n"));
            var read = DataRun.Read(DataRun.Expected(content));
            Assert.Equal(content, read.Content);
            Assert.Equal(DataRun.Expected(content), DataRun.Write(read.Content));
        }, iter: 5_000);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var content = DataRun.Octets(string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n.y\nz\r", 500)));
        var output = new byte[4096];
        Assert.Equal(0, DataRun.Allocated(() => WriteAll(content, output)));
    }

    private static void WriteAll(ReadOnlySpan<byte> content, byte[] output)
    {
        var writer = new DataWriter(normalize: true);
        while (!writer.Write(content, last: true, output, out var consumed, out _))
            content = content[consumed..];
    }
}
