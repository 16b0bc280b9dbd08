using System.Text;
using Garita.Demo;
using Xunit;

namespace Garita.Tests.Demo;

public sealed class LenientSessionTests
{
    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("\n.\r")]
    [InlineData("\r.\n")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n.\r\n")]
    public void Any_dot_alone_ends_a_message_however_the_octets_are_cut(string end)
    {
        var input = Encoding.Latin1.GetBytes($"MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\none{end}MAIL FROM:<smuggled>\r\nRCPT TO:<c>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n");
        for (var cut = 1; cut <= input.Length; cut++)
        {
            var mail = new List<ReceivedMail>();
            var session = new LenientSession((sender, recipients, content) => mail.Add(new ReceivedMail(sender, recipients, content, "")));
            for (var at = 0; at < input.Length; at += cut)
                session.Take(input.AsSpan(at, Math.Min(cut, input.Length - at)));
            Assert.True(session.IsOver);
            Assert.Equal(2, mail.Count);
            Assert.StartsWith("one", Encoding.Latin1.GetString(mail[0].Content), StringComparison.Ordinal);
            Assert.True(mail[1].Names("smuggled"));
            Assert.Equal("two\r\n"u8.ToArray(), mail[1].Content);
        }
    }

    [Fact]
    public void Keeps_what_was_sent()
    {
        var content = "a\0b\n\rc\r\n\0\0d\r\n.\u00e9\r\n..\r\n"u8.ToArray();
        ReceivedMail? mail = null;
        var session = new LenientSession((sender, recipients, taken) => mail = new ReceivedMail(sender, recipients, taken, ""));
        session.Take([.. "MAIL FROM:<x\0y>\nRCPT TO:<\"@\"@b>\nDATA\n"u8, .. Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)), .. ".\r\n"u8]);
        Assert.NotNull(mail);
        Assert.Equal(content, mail.Content);
        Assert.Equal("x\0y", mail.Sender);
        Assert.Equal(["\"@\"@b"], mail.Recipients);
    }

    [Fact]
    public void Reads_over_what_it_does_not_know()
    {
        var session = new LenientSession(static (_, _, _) => { });
        Assert.Equal("500 5.5.2 What?\r\n500 5.5.2 What?\r\n500 5.5.2 What?\r\n250 2.1.0 Ok\r\n", Encoding.ASCII.GetString(session.Take("POST / HTTP/1.1\r\nHost: a\r\n\r\nMAIL FROM:<a>\r\n"u8)));
    }

    [Fact]
    public void Offers_what_the_gateway_may_use()
    {
        var session = new LenientSession(static (_, _, _) => { });
        var answer = Encoding.ASCII.GetString(session.Take("EHLO x\r\n"u8));
        foreach (var offer in (string[])["PIPELINING", "8BITMIME", "SIZE", "SMTPUTF8"])
            Assert.Contains(offer, answer, StringComparison.Ordinal);
    }
}
