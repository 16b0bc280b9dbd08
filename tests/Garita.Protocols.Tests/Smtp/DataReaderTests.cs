using CsCheck;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public class DataReaderTests
{
    // What a smuggler puts between two messages, and what comes behind it to show that it is not reached.
    [Theory]
    [InlineData("a\n.\n", DataFindings.MisframedDot)]
    [InlineData("a\n.\r", DataFindings.MisframedDot)]
    [InlineData("a\r.\n", DataFindings.MisframedDot)]
    [InlineData("a\r.\r", DataFindings.MisframedDot)]
    [InlineData("a\n.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\r.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\r\n\0.\r\n", DataFindings.Nul)]
    [InlineData("a\r\n.\0\r\n", DataFindings.Nul)]
    [InlineData("a\r\n.\r\0\n", DataFindings.Nul)]
    [InlineData("a\n.\0\n", DataFindings.Nul)]
    [InlineData("a\r\0\n.\r\n", DataFindings.Nul)]
    [InlineData("a\r\n.\r\r\n", DataFindings.MisframedDot)]
    [InlineData("a\r\r\n.\r\r\n", DataFindings.MisframedDot)]
    [InlineData("a\r\n.\n", DataFindings.MisframedDot)]
    [InlineData("a\r\n.\r", DataFindings.MisframedDot)]
    [InlineData("a\r\n\r.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\r\n\n.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\n\r.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\n\r.\n\r", DataFindings.MisframedDot)]
    [InlineData("a\n\n.\n", DataFindings.MisframedDot)]
    [InlineData("a\r\r.\r\r", DataFindings.MisframedDot)]
    [InlineData("a\r\n.\n\r\n", DataFindings.MisframedDot)]
    [InlineData(".\n", DataFindings.MisframedDot)]
    [InlineData(".\r\r\n", DataFindings.MisframedDot)]
    [InlineData("\n.\r\n", DataFindings.MisframedDot)]
    [InlineData("\n.\n", DataFindings.MisframedDot)]
    [InlineData("\r.\r\n", DataFindings.MisframedDot)]
    [InlineData("\0.\r\n", DataFindings.Nul)]
    [InlineData("..\r\n\n.\r\n", DataFindings.MisframedDot)]
    [InlineData("a\0b\r\n", DataFindings.Nul)]
    [InlineData("\0", DataFindings.Nul)]
    public void Smuggling_stops_for_good(string sequence, DataFindings why)
    {
        foreach (var before in (string[])["", "Subject: x\r\n\r\ntext\r\n", "bare\nbefore\r"])
        {
            // In front of a sequence that begins the data the line is another one.
            if (before.Length > 0 && sequence[0] != 'a')
                continue;
            var outcome = DataRun.ReadEveryWay(before + sequence + "MAIL FROM:<evil@example.com>\r\nRCPT TO:<b@example.com>\r\n.\r\n");
            Assert.Equal(DataStatus.Stop, outcome.Status);
            Assert.True(outcome.Findings.HasFlag(why), outcome.Findings.ToString());
            Assert.DoesNotContain("RCPT", outcome.Content, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(".\r\n", "", DataFindings.None)]
    [InlineData("\r\n.\r\n", "\r\n", DataFindings.None)]
    [InlineData("a\r\n.\r\n", "a\r\n", DataFindings.None)]
    [InlineData("..\r\n.\r\n", ".\r\n", DataFindings.None)]
    [InlineData("...\r\n.\r\n", "..\r\n", DataFindings.None)]
    [InlineData(".a\r\n..b\r\n.\r\n", "a\r\n.b\r\n", DataFindings.None)]
    [InlineData(". \r\n.\t\r\n.\r\n", " \r\n\t\r\n", DataFindings.None)]
    [InlineData("a\r\n \r\n.\r\n", "a\r\n \r\n", DataFindings.None)]
    [InlineData("a\n..\nb\r\n.\r\n", "a\n..\nb\r\n", DataFindings.BareLf)]
    [InlineData("a\n..\r\n.\r\n", "a\n..\r\n", DataFindings.BareLf)]
    [InlineData("a\r\n..\nb\r\n.\r\n", "a\r\n.\nb\r\n", DataFindings.BareLf)]
    [InlineData("a\n.b\r\n.\r\n", "a\n.b\r\n", DataFindings.BareLf)]
    [InlineData("a\rb\r\n.\r\n", "a\rb\r\n", DataFindings.BareCr)]
    [InlineData("a\r.b\r\n.\r\n", "a\r.b\r\n", DataFindings.BareCr)]
    [InlineData("a\r\r\n.\r\n", "a\r\r\n", DataFindings.BareCr)]
    [InlineData("a\n\r\n.\r\n", "a\n\r\n", DataFindings.BareLf)]
    [InlineData("a.\nb.\r.\rc", null, DataFindings.MisframedDot)]
    [InlineData("a.\r\n.\r\n", "a.\r\n", DataFindings.None)]
    [InlineData("\u00e4\u00ff\r\n.\r\n", "\u00e4\u00ff\r\n", DataFindings.EightBit)]
    [InlineData("-a\r\n+b\r\n\tc\r\n.\r\n", "-a\r\n+b\r\n\tc\r\n", DataFindings.None)]
    public void Content_is_read_as_received(string input, string? content, DataFindings findings)
    {
        var outcome = DataRun.ReadEveryWay(input);
        if (content is null)
        {
            Assert.Equal(DataStatus.Stop, outcome.Status);
            return;
        }
        Assert.Equal(DataStatus.End, outcome.Status);
        Assert.Equal((content, findings), (outcome.Content, outcome.Findings));
        var pipelined = DataRun.Read(input + "QUIT\r\n");
        Assert.Equal(input.Length, pipelined.Consumed);
    }

    [Theory]
    [InlineData("a\r\n.")]
    [InlineData("a\r\n.\r")]
    [InlineData("a\r\n")]
    [InlineData("")]
    public void An_unfinished_message_needs_more(string input) => Assert.Equal(DataStatus.NeedMore, DataRun.ReadEveryWay(input).Status);

    [Theory]
    [InlineData(998, DataFindings.None)]
    [InlineData(999, DataFindings.LongLine)]
    [InlineData(8192, DataFindings.LongLine)]
    [InlineData(8193, DataFindings.LongLine | DataFindings.OverlongLine)]
    public void Long_lines_are_counted_without_line_end_and_stuffing(int length, DataFindings findings)
    {
        foreach (var (start, end) in ((string, string)[])[("x", "\r\n"), ("..", "\r\n"), ("x", "\n")])
        {
            var input = "a\r\n" + start + new string('x', length - 1) + end + "b\r\n.\r\n";
            foreach (var room in (int[])[1, 7, 1000, 10_000])
            {
                var outcome = DataRun.Read(DataRun.Octets(input), [500, 998, 999, 1000, 1001, 1002], room);
                Assert.Equal(length, outcome.Longest);
                Assert.Equal(findings, outcome.Findings & ~DataFindings.BareLf);
            }
        }
    }

    [Fact]
    public void Any_soup_of_line_ends_is_judged_as_the_definition_says()
    {
        var soup = DataRun.OneOf("\r", "\n", ".", "\r\n", "x", "\0", "\r\n.\r\n", "..").List[0, 12];
        Gen.Select(soup, Gen.Int[0, 20], Gen.Int[0, 20], Gen.Int[1, 5]).Sample((parts, a, b, room) =>
        {
            var input = string.Concat(parts);
            var outcome = DataRun.Read(DataRun.Octets(input), new[] { Math.Min(a, input.Length), Math.Min(b, input.Length) }.Order(), room);
            Assert.Equal(Judge(input), (outcome.Status, outcome.Consumed));
        }, iter: 20_000);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var input = DataRun.Octets(string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n..y\nz\r\n", 500)) + ".\r\n");
        var output = new byte[4096];
        Assert.Equal(0, DataRun.Allocated(() => ReadAll(input, output)));
    }

    private static void ReadAll(ReadOnlySpan<byte> input, byte[] output)
    {
        var reader = default(DataReader);
        while (reader.Read(input, output, out var consumed, out _) == DataStatus.OutputFull)
            input = input[consumed..];
    }

    /// <summary>The definition, said without a state machine: look around each dot.</summary>
    private static (DataStatus Status, int Consumed) Judge(string input)
    {
        var text = "\r\n" + input;
        for (var i = 2; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return (DataStatus.Stop, i - 1);
            if (text[i] != '.' || text[i - 1] is not ('\r' or '\n') || i + 1 == text.Length || text[i + 1] is not ('\r' or '\n'))
                continue;
            var isAfterCrlf = text[i - 1] == '\n' && text[i - 2] == '\r';
            if (!isAfterCrlf || text[i + 1] == '\n')
                return (DataStatus.Stop, i);
            if (i + 2 == text.Length)
                return (DataStatus.NeedMore, input.Length);
            return text[i + 2] == '\n' ? (DataStatus.End, i + 1) : (DataStatus.Stop, i + 1);
        }
        return (DataStatus.NeedMore, input.Length);
    }
}
