using System.Text;
using Garita.Gateway.Rules;
using Garita.Protocols.Message;
using Garita.Protocols.Smtp;
using Xunit;
using static Garita.Gateway.Tests.Rules.RulePages;

namespace Garita.Gateway.Tests.Rules;

public sealed class MessageRulesTests
{
    private const string Good = "From: a@example.org\r\nSubject: x\r\n\r\nbody\r\n";

    [Fact]
    public void A_plain_message_passes_every_rule() => Assert.All(RuleCatalogue.Message, rule => AssertPass(rule, Message(Good)));

    [Theory]
    [InlineData(DataFindings.MisframedDot, true)]
    [InlineData(DataFindings.Nul, true)]
    [InlineData(DataFindings.MisframedDot | DataFindings.BareLf, true)]
    [InlineData(DataFindings.BareLf, false)]
    [InlineData(DataFindings.BareCr, false)]
    [InlineData(DataFindings.BareCr | DataFindings.BareLf, false)]
    public void Bare_newline(DataFindings data, bool absolute)
    {
        var verdict = AssertBreach(new BareNewline(), Message(Good) with { Data = data }, "550 5.5.2");
        Assert.Equal(absolute, verdict.Absolute);
        Assert.Equal(absolute, verdict.Close);
        AssertBreach(new BareNewline(), new MessageFacts(0, 0, data, 0, null, false), "550 5.5.2");
    }

    [Fact]
    public void Line_length()
    {
        AssertPass(new LineLength(), Message(Good) with { Data = DataFindings.LongLine, LongestLine = 1500 });
        AssertBreach(new LineLength(), Message(Good) with { Data = DataFindings.LongLine | DataFindings.OverlongLine, LongestLine = 9000 }, "554 5.6.0");
    }

    [Fact]
    public void Header_size()
    {
        AssertPass(new HeaderSize(), Message(Repeat("X: y\r\n", 900) + Good));
        AssertBreach(new HeaderSize(), Message(Repeat("X: y\r\n", 1100) + Good), "552 5.3.4");
        AssertBreach(new HeaderSize(), Message("X: " + Repeat(new string('y', 76) + "\r\n ", 4000) + "\r\n" + Good), "552 5.3.4");
    }

    [Fact]
    public void Header_syntax() => AssertBreach(new HeaderSyntax(), Message("From: a@example.org\r\nno field at all\r\n\r\nbody\r\n"), "554 5.6.0");

    [Fact]
    public void Header_8bit()
    {
        var utf8 = Message("From: a@example.org\r\nSubject: gar\u00EDta\r\n\r\n");
        AssertBreach(new Header8bit(), utf8, "554 5.6.0");
        AssertPass(new Header8bit(), utf8 with { SmtpUtf8 = true });
        var latin = new MessageFacts(0, 0, DataFindings.EightBit, 0, HeaderSection.Read(Encoding.Latin1.GetBytes("From: a@example.org\r\nSubject: gar\u00EDta\r\n\r\n"), complete: true), true);
        AssertBreach(new Header8bit(), latin, "554 5.6.0");
    }

    [Fact]
    public void From_header()
    {
        Assert.Equal(RuleMode.Reject, AssertBreach(new FromHeader(), Message("From: a@example.org\r\n" + Good), "554 5.6.0").AtMost);
        Assert.Equal(RuleMode.Tag, AssertBreach(new FromHeader(), Message("Subject: x\r\n\r\n"), "554 5.6.0").AtMost);
        Assert.Equal(RuleMode.Tag, AssertBreach(new FromHeader(), Message("From: <<<\r\n\r\n"), "554 5.6.0").AtMost);
    }

    [Fact]
    public void Mail_loop()
    {
        const string Received = "Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0000\r\n";
        AssertPass(new MailLoop(), Message(Repeat(Received, 100) + Good));
        AssertBreach(new MailLoop(), Message(Repeat(Received, 101) + Good), "554 5.4.6");
    }

    [Fact]
    public void Address_header()
    {
        AssertBreach(new AddressHeader(), Message("To: " + Repeat("(", 8) + Repeat(")", 8) + " a@example.org\r\n" + Good), "554 5.6.0");
        AssertBreach(new AddressHeader(), Message("To: a@example.org" + Repeat(",\r\n a@example.org", 1100) + "\r\n" + Good), "554 5.6.0");
    }

    [Fact]
    public void Without_a_header_nothing_is_said_about_it() =>
        Assert.All(RuleCatalogue.Message.Where(static rule => rule.Slug.Contains("header", StringComparison.Ordinal)), static rule => AssertPass(rule, new MessageFacts(0, 0, DataFindings.None, 0, null, false)));

    private static MessageFacts Message(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return new MessageFacts(octets.Length, 1_000_000, DataFindings.None, 80, HeaderSection.Read(octets, complete: true), false);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
