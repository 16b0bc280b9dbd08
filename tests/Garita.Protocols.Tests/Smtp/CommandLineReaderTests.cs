using System.Runtime.CompilerServices;
using System.Text;
using CsCheck;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class CommandLineReaderTests
{
    private const int Limit = 16;

    public static TheoryData<string, string> Streams => new()
    {
        { "", "" },
        { "NOOP\r\n", "Line:NOOP" },
        { "\r\n", "Line:" },
        { "NOOP\r\nQUIT\r\nRS", "Line:NOOP Line:QUIT" },
        { "NOOP\n", "BareNewline:" },
        { "\n\r\n", "BareNewline: Line:" },
        { "NO\rOP\r\n", "Line:NO\rOP" },
        { "NOOP\r\r\n", "Line:NOOP\r" },
        { "NO\0OP\r\nQUIT\r\n", "Nul: Line:QUIT" },
        { "NO\0OP\n", "BareNewline:" },
        { "12345678901234\r\n", "Line:12345678901234" },
        { "123456789012345\r\nQUIT\r\n", "TooLong: Line:QUIT" },
        { "12345678901234567890123456789012345678901234567890\r\nQUIT\r\n", "TooLong: Line:QUIT" },
        { "1234567890123456789012345678901234567890\nQUIT\r\n", "BareNewline: Line:QUIT" },
        { "1234567890\0234567890\r\n", "TooLong:" },
        { "123456789012345\r\r\r\n", "TooLong:" },
        { "1234567890123456\r", "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Streams_are_read_whole_and_cut_at_every_octet(string stream, string expected)
    {
        var octets = Encoding.Latin1.GetBytes(stream);
        for (var cut = 0; cut <= octets.Length; cut++)
            Assert.Equal(expected, Read(octets, [cut, octets.Length]));
        Assert.Equal(expected, Read(octets, [.. Enumerable.Range(0, octets.Length + 1)]));
    }

    [Fact]
    public void Any_two_cuttings_agree()
    {
        var stream = Gen.OneOf(Gen.Const((byte)'\r'), Gen.Const((byte)'\n'), Gen.Const((byte)0), Gen.Const((byte)'a'), Gen.Const((byte)'b')).Array[0, 60];
        Gen.Select(stream, Gen.Int[0, 60].Array[0, 6]).Sample((octets, cuts) =>
        {
            int[] ends = [.. cuts.Where(cut => cut < octets.Length).Order(), octets.Length];
            return string.Equals(Read(octets, ends), Read(octets, [octets.Length]), StringComparison.Ordinal);
        }, iter: 5000);
    }

    [Fact]
    public void Discarding_shows_and_ends()
    {
        var reader = default(CommandLineReader);
        Assert.Equal(LineStatus.Incomplete, reader.Read("1234567890123456"u8, Limit, out _, out var consumed));
        Assert.Equal(16, consumed);
        Assert.True(reader.IsDiscarding);
        Assert.Equal(LineStatus.Incomplete, reader.Read(default, Limit, out _, out consumed));
        reader.Reset();
        Assert.False(reader.IsDiscarding);
    }

    [Fact]
    public void State_is_eight_octets() => Assert.Equal(8, Unsafe.SizeOf<CommandLineReader>());

    /// <summary>Feeds the octets up to each end in turn, as a session's buffer would.</summary>
    private static string Read(byte[] octets, int[] ends)
    {
        var found = new List<string>();
        var reader = default(CommandLineReader);
        var start = 0;
        foreach (var end in ends)
        {
            LineStatus status;
            do
            {
                status = reader.Read(octets.AsSpan(start..end), Limit, out var line, out var consumed);
                start += consumed;
                if (status != LineStatus.Incomplete)
                    found.Add($"{status}:{Encoding.Latin1.GetString(line)}");
            }
            while (status != LineStatus.Incomplete);

            Assert.True(end - start < Limit);
        }

        return string.Join(' ', found);
    }
}
