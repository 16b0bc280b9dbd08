using System.Text;
using CsCheck;
using Garita.Protocols.Message;
using Garita.Protocols.Tests.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Message;

public class HeaderSectionTests
{
    private const string Good = "From: a@example.com\r\n";

    private static HeaderSection Read(string text, bool complete = true) => HeaderSection.Read(Encoding.Latin1.GetBytes(text), complete);

    [Theory]
    [InlineData(Good + "\r\nbody", HeaderFindings.None)]
    [InlineData(Good, HeaderFindings.None)]
    [InlineData("From: a@example.com", HeaderFindings.None)]
    [InlineData(Good + "\r\n\0\r\nFrom: b@example.net\r\n\u00ff(((((((", HeaderFindings.None)]
    [InlineData("fRoM \t: a@example.com\r\n\r\n", HeaderFindings.None)]
    [InlineData(Good + "Subject: x\r\n folded\r\n\tagain\r\n \r\n\r\n", HeaderFindings.None)]
    [InlineData("From: a@example.com\nSubject: x\n\nbody", HeaderFindings.None)]
    [InlineData("From: a@example.com\rX: y\r\n\r\n", HeaderFindings.UnreadableFrom)]
    [InlineData(Good + "X: y\r\r\n\r\n", HeaderFindings.None)]
    [InlineData(Good + "\r\r\n\r\nbody", HeaderFindings.None)]
    [InlineData(Good + "no field\r\n\r\n", HeaderFindings.Gap | HeaderFindings.NoColon)]
    [InlineData(Good + "no field: x\r\n\r\n", HeaderFindings.Gap)]
    [InlineData(Good + "no field\r\nFrom: b@example.net\r\n\r\n", HeaderFindings.Gap | HeaderFindings.NoColon)]
    [InlineData(Good + "last line", HeaderFindings.Gap | HeaderFindings.NoColon)]
    [InlineData(Good + ": x\r\n\r\n", HeaderFindings.Gap)]
    [InlineData(Good + "\u00e4: x\r\n\r\n", HeaderFindings.Gap)]
    [InlineData(" x: y\r\n" + Good + "\r\n", HeaderFindings.Gap | HeaderFindings.NoFrom)]
    [InlineData(" \r\n" + Good + "\r\n", HeaderFindings.Gap | HeaderFindings.NoColon | HeaderFindings.NoFrom)]
    [InlineData("From someone Mon Jan 1 00:00:00 2026\r\n" + Good + "\r\n", HeaderFindings.Gap | HeaderFindings.NoFrom)]
    [InlineData("\r\nbody", HeaderFindings.NoFrom)]
    [InlineData("", HeaderFindings.NoFrom)]
    [InlineData(Good + Good + "\r\n", HeaderFindings.TwoFrom)]
    [InlineData(Good + "FROM : b@example.net\r\n\r\n", HeaderFindings.TwoFrom)]
    [InlineData("From: <a@example.com> <b@example.net>\r\n\r\n", HeaderFindings.UnreadableFrom)]
    [InlineData("From:\r\n\r\n", HeaderFindings.UnreadableFrom)]
    [InlineData("From: a@example.com <a@example.com>\r\n\r\n", HeaderFindings.LooseFrom)]
    [InlineData("From: (((((x))))) a@example.com\r\n\r\n", HeaderFindings.None)]
    [InlineData("From: ((((((x)))))) a@example.com\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "To: (x\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "To: x)\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "Cc: <a@b\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "Resent-To: a@b>\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "To: \"(((((((<\" <a@b>, (\"\\)<) c@d, \\( e@f\r\n\r\n", HeaderFindings.None)]
    [InlineData(Good + "To: \" ((((((\r\n\r\n", HeaderFindings.AddressDepth)]
    [InlineData(Good + "Subject: ((((((( <<< >\r\n\r\n", HeaderFindings.None)]
    [InlineData(Good + "X: \u00e4\r\n\r\n", HeaderFindings.EightBit | HeaderFindings.EightBitInvalid)]
    [InlineData(Good + "X: \u00c3\u00a4\r\n\r\n", HeaderFindings.EightBit)]
    public void Findings_are_these(string text, HeaderFindings findings) => Assert.Equal(findings, Read(text).Findings);

    [Theory]
    [InlineData(Good + "\r\nbody", 23, 1)]
    [InlineData("From: a@example.com\n\nbody", 21, 1)]
    [InlineData(Good + "gap\r\n\r\n", 21, 1)]
    [InlineData("\r\nbody", 2, 0)]
    [InlineData(Good + "X: y\r\n z\r\n\r\n", 33, 2)]
    public void Length_and_fields_are_counted(string text, int length, int fields)
    {
        var section = Read(text);
        Assert.Equal((length, fields), (section.Length, section.Fields));
    }

    [Fact]
    public void Values_are_taken()
    {
        var section = Read("Received: a\r\nreceived : b\r\n c\r\nMessage-Id: <1\u0001\u00e4@x>\r\nMessage-ID: <2@x>\r\nFrom: X <A@Example.com>\r\nReceived-SPF: none\r\n\r\nReceived: c\r\n");
        Assert.Equal((2, "<1??@x>", "A@example.com"), (section.Received, section.MessageId, section.From));
        Assert.Equal(250, Read("Message-ID: <" + new string('x', 900)).MessageId!.Length);
        Assert.Null(Read("Message-ID: \r\n \r\n").MessageId);
        Assert.Null(Read(Good + "From: b@example.net\r\n\r\n").From);
    }

    [Theory]
    [InlineData("X-Garita-Rule: a\r\n" + Good + "\r\n", Good + "\r\n")]
    [InlineData(Good + "x-garita-RULE : a\r\n b\r\n\tc\r\nTo: x@y\r\nX-GARITA-RULE:\r\n\r\nX-Garita-Rule: body\r\n", Good + "To: x@y\r\n\r\nX-Garita-Rule: body\r\n")]
    [InlineData("X-Garita-Rule: a\n b\nX-Garita-Rules: c\n\n", "X-Garita-Rules: c\n\n")]
    [InlineData("X-Garita-Rule: a\r\n\rb\r\nX: y\r\n\r\n", "X: y\r\n\r\n")]
    [InlineData("X-Garita-Rule: a", "")]
    public void Rule_fields_are_found_whole(string text, string without)
    {
        foreach (var (offset, length) in Read(text).GaritaRuleFields.Reverse())
            text = text.Remove(offset, length);
        Assert.Equal(without, text);
    }

    [Fact]
    public void Limits_hold()
    {
        Assert.Equal(HeaderFindings.None, Read(Good + string.Concat(Enumerable.Repeat("X: y\r\n", 999)) + "\r\n").Findings);
        Assert.Equal(HeaderFindings.TooManyFields, Read(Good + string.Concat(Enumerable.Repeat("X: y\r\n", 1000)) + "\r\n").Findings);
        Assert.Equal(HeaderFindings.None, Read(Good + "To: " + string.Join(',', Enumerable.Repeat("a@b", 1000)) + "\r\n\r\n").Findings);
        Assert.Equal(HeaderFindings.AddressCount, Read(Good + "To: " + string.Join(',', Enumerable.Repeat("a@b", 1001)) + "\r\n\r\n").Findings);
        Assert.Equal(HeaderFindings.AddressCount, Read(Good + "To: " + string.Concat(Enumerable.Repeat("<>", 1001)) + "\r\n\r\n").Findings);
        Assert.Equal(HeaderFindings.AddressSize, Read(Good + "To: " + new string('a', 65536) + "\r\n\r\n").Findings);
        Assert.Equal(HeaderFindings.None, Read(Good + "X: " + new string('a', HeaderSection.MaxLength - 28) + "\r\n\r\nbody").Findings);
        Assert.Equal(HeaderFindings.TooLarge, Read(Good + "X: " + new string('a', HeaderSection.MaxLength) + "\r\n\r\nbody").Findings & ~HeaderFindings.NoFrom);
        Assert.Equal(HeaderFindings.TooLarge, Read(Good, complete: false).Findings & ~HeaderFindings.NoFrom);
        Assert.Equal(HeaderFindings.None, Read(Good + "\r\n", complete: false).Findings);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("<")]
    [InlineData("<>")]
    [InlineData(",")]
    [InlineData("[")]
    [InlineData("\"")]
    [InlineData("\\\"")]
    [InlineData("()")]
    [InlineData("a@b ")]
    [InlineData("@")]
    [InlineData(":;")]
    [InlineData("\r\n ")]
    [InlineData("\r\nX:y")]
    [InlineData("\r\nFrom:(")]
    [InlineData("\r")]
    public void Hostile_input_costs_no_memory_and_linear_time(string part)
    {
        foreach (var start in (string[])["From: ", "To: ", "X", ""])
        {
            var octets = Encoding.Latin1.GetBytes(start + string.Concat(Enumerable.Repeat(part, 256 * 1024 / part.Length)));
            Assert.InRange(DataRun.Allocated(() => HeaderSection.Read(octets, complete: true)), 0, 1024);
            var field = octets.AsSpan(0, 64 * 1024);
            AuthorField.Read(field, out _);
        }
    }

    [Fact]
    public void Any_soup_is_read_within_its_bounds()
    {
        string[] parts = ["\r", "\n", "\r\n", " ", ":", "From:", "X-Garita-Rule:", "a@b", "<", ">", "(", ")", "\"", "\\", ",", ";", "[", "]", "\u00ff", "\r\n\r\n"];
        Gen.Int[0, parts.Length - 1].List[0, 25].Sample(picks =>
        {
            var text = string.Concat(picks.Select(pick => parts[pick]));
            var section = Read(text);
            Assert.InRange(section.Length, 0, text.Length);
            var end = 0;
            foreach (var (offset, length) in section.GaritaRuleFields)
            {
                Assert.True(offset >= end && length > 0 && offset + length <= section.Length);
                end = offset + length;
            }
            // The body changes nothing.
            if (text[..section.Length].EndsWith("\n\r\n", StringComparison.Ordinal))
            {
                var other = Read(text[..section.Length] + "From: (((\r\n");
                Assert.Equal((section.Findings, section.From), (other.Findings, other.From));
            }
        }, iter: 20_000);
    }
}
