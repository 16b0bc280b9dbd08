using CsCheck;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public class ReplyReaderTests
{
    private static (ReplyStatus Status, int Consumed, ServerReply? Reply) Read(byte[] input, params IEnumerable<int> cuts)
    {
        var reader = new ReplyReader();
        var at = 0;
        foreach (var end in cuts.Append(input.Length))
        {
            var status = reader.Read(input.AsSpan(at, end - at), out var consumed);
            at += consumed;
            if (status != ReplyStatus.Incomplete)
                return (status, at, reader.Reply);
            Assert.Equal(end, at);
        }
        return (ReplyStatus.Incomplete, at, null);
    }

    private static (ReplyStatus Status, int Consumed, ServerReply? Reply) ReadEveryWay(string input)
    {
        var octets = DataRun.Octets(input);
        var whole = Read(octets);
        for (var cut = 0; cut <= octets.Length; cut++)
            Same(whole, Read(octets, cut));
        Same(whole, Read(octets, Enumerable.Range(0, octets.Length)));
        return whole;
    }

    private static void Same((ReplyStatus Status, int Consumed, ServerReply? Reply) a, (ReplyStatus Status, int Consumed, ServerReply? Reply) b)
    {
        Assert.Equal((a.Status, a.Consumed, a.Reply?.Code, a.Reply?.SafeText), (b.Status, b.Consumed, b.Reply?.Code, b.Reply?.SafeText));
        Assert.Equal(a.Reply?.Lines, b.Reply?.Lines);
    }

    [Theory]
    [InlineData("250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok", "2.1.0 Ok")]
    [InlineData("250\r\n", 250, null, "", "")]
    [InlineData("250 \r\n", 250, null, "", "")]
    [InlineData("550-5.1.1 one\r\n550 5.1.1 two\r\n", 550, "5.1.1", "one", "5.1.1 one|5.1.1 two")]
    [InlineData("550-\r\n550\r\n", 550, null, "", "|")]
    [InlineData("550 4.1.1 class differs\r\n", 550, null, "4.1.1 class differs", "4.1.1 class differs")]
    [InlineData("550 5.1.1\r\n", 550, "5.1.1", "", "5.1.1")]
    [InlineData("550 5.1.1x\r\n", 550, null, "5.1.1x", "5.1.1x")]
    [InlineData("354 go\r\n", 354, null, "go", "go")]
    [InlineData("421 a\tb\u001b[2J\u00e4\u0085\r\n", 421, null, "a?b?[2J??", "a?b?[2J\u00e4?")]
    [InlineData("599 x\r\n", 599, null, "x", "x")]
    public void Replies_are_read(string input, int code, string? enhanced, string safe, string lines)
    {
        var (status, consumed, reply) = ReadEveryWay(input);
        Assert.Equal((ReplyStatus.Reply, input.Length), (status, consumed));
        Assert.Equal((code, enhanced, safe, lines), (reply!.Code, reply.Enhanced?.ToString(), reply.SafeText, string.Join('|', reply.Lines)));
        Assert.Equal(code / 100, reply switch { { IsPositive: true } => 2, { IsIntermediate: true } => 3, { IsTransient: true } => 4, { IsPermanent: true } => 5, _ => 0 });
        Assert.Equal(input.Length, Read(DataRun.Octets(input + "250 next\r\n")).Consumed);
    }

    [Theory]
    [InlineData("150 x\r\n", 1)]
    [InlineData("650 x\r\n", 1)]
    [InlineData("050 x\r\n", 1)]
    [InlineData("HTTP/1.1 400\r\n", 1)]
    [InlineData(" 250 x\r\n", 1)]
    [InlineData("\r\n", 1)]
    [InlineData("25x x\r\n", 3)]
    [InlineData("25\r\n", 3)]
    [InlineData("2500 x\r\n", 4)]
    [InlineData("250.x\r\n", 4)]
    [InlineData("250-a\r\n251 b\r\n", 10)]
    [InlineData("250-a\r\n550 b\r\n", 8)]
    [InlineData("250-a\r\n\r\n", 8)]
    [InlineData("250 a\n", 6)]
    [InlineData("250\n", 4)]
    [InlineData("250 a\rb\r\n", 7)]
    [InlineData("250 a\r\r\n", 7)]
    [InlineData("250 a\0b\r\n", 6)]
    [InlineData("250-a\n250 b\r\n", 6)]
    // CVE-2020-8794: a continuation without text behind a multi-line reply, followed by what is to be believed.
    [InlineData("553-\r\n553\ntype: mda\nmda-exec: id\n", 10)]
    public void What_the_grammar_has_not_is_malformed_at_once(string input, int consumed)
    {
        var outcome = ReadEveryWay(input);
        Assert.Equal((ReplyStatus.Malformed, consumed), (outcome.Status, outcome.Consumed));
        Assert.Null(outcome.Reply);
    }

    [Fact]
    public void Limits_hold_to_the_octet()
    {
        Assert.Equal(ReplyStatus.Reply, Read(DataRun.Octets("250 " + new string('x', 1018) + "\r\n")).Status);
        Assert.Equal((ReplyStatus.TooLong, 1025), Cut(ReadEveryWay("250 " + new string('x', 1019) + "\r\n")));
        Assert.Equal(ReplyStatus.Reply, Read(DataRun.Octets(Lines(63, 4) + "250 x\r\n")).Status);
        Assert.Equal((ReplyStatus.TooLong, (64 * 10) + 1), Cut(Read(DataRun.Octets(Lines(64, 4) + "250 x\r\n"))));
        Assert.Equal((ReplyStatus.TooLong, (16 * 1024) + 1), Cut(Read(DataRun.Octets(Lines(60, 1000)))));

        static string Lines(int count, int text) => string.Concat(Enumerable.Repeat("250-" + new string('x', text) + "\r\n", count));
        static (ReplyStatus, int) Cut((ReplyStatus Status, int Consumed, ServerReply? Reply) outcome) => (outcome.Status, outcome.Consumed);
    }

    [Fact]
    public void A_failure_stays_until_reset()
    {
        var reader = new ReplyReader();
        Assert.Equal(ReplyStatus.Malformed, reader.Read("999 x\r\n"u8, out _));
        Assert.Equal(ReplyStatus.Malformed, reader.Read("250 x\r\n"u8, out var consumed));
        Assert.Equal(0, consumed);
        reader.Reset();
        Assert.Equal(ReplyStatus.Reply, reader.Read("250 x\r\n"u8, out _));
        Assert.Equal(ReplyStatus.Reply, reader.Read("354-y\r\n354 z\r\n"u8, out _));
        Assert.Equal(354, reader.Reply!.Code);
    }

    [Fact]
    public void Cuts_change_nothing()
    {
        var soup = DataRun.OneOf("250", "550", "-", " ", "\r\n", "\r", "\n", "x", "\0", "5.1.1", "250-a\r\n", "250 b\r\n").List[0, 10];
        Gen.Select(soup, Gen.Int[0, 30], Gen.Int[0, 30]).Sample((parts, a, b) =>
        {
            var input = DataRun.Octets(string.Concat(parts));
            Same(Read(input), Read(input, new[] { Math.Min(a, input.Length), Math.Min(b, input.Length) }.Order()));
        }, iter: 10_000);
    }

    [Fact]
    public void Safe_text_is_short()
    {
        var reply = Read(DataRun.Octets("550 5.7.1 " + new string('y', 900) + "\r\n")).Reply!;
        Assert.Equal(new string('y', 200), reply.SafeText);
    }
}
