using System.Text;
using CsCheck;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class CommandWriterTests
{
    private static readonly ServerCapabilities Everything = new() { EightBitMime = true, SmtpUtf8 = true, Dsn = true, Size = 0 };
    private static readonly Gen<string> Printable = Gen.Char[' ', '~'].Array[1, 30].Select(characters => new string(characters));

    [Fact]
    public void Only_what_the_server_offers_is_written()
    {
        var sender = new Mailbox("a", "b");
        Assert.Equal(
            "MAIL FROM:<a@b> SIZE=5 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+2By\r\n",
            Written(to => CommandWriter.WriteMail(to, sender, 5, MailBody.EightBitMime, true, DsnReturn.Headers, "x+y", in Everything)));
        Assert.Equal(
            "MAIL FROM:<a@b>\r\n",
            Written(to => CommandWriter.WriteMail(to, sender, 5, MailBody.EightBitMime, false, DsnReturn.Full, "x+y", default)));
        Assert.Equal("MAIL FROM:<>\r\n", Written(to => CommandWriter.WriteMail(to, null, null, MailBody.SevenBit, false, DsnReturn.None, null, in Everything)));
        Assert.Equal(
            "RCPT TO:<\"a b\"@c> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;\\x{FC}\\x{20}@d\r\n",
            Written(to => CommandWriter.WriteRcpt(to, new Mailbox("a b", "c"), DsnNotify.Delay | DsnNotify.Success, "utf-8;ü @d", in Everything)));
        Assert.Equal("RCPT TO:<postmaster>\r\n", Written(to => CommandWriter.WriteRcpt(to, new Mailbox("postmaster", ""), DsnNotify.Never, "rfc822;a", default)));
        Assert.Equal("EHLO a.example\r\n", Written(to => CommandWriter.WriteEhlo(to, "EHLO", "a.example")));
        Assert.Equal(
            "XCLIENT ADDR=IPV6:2001:db8::1 PORT=25 NAME=[UNAVAILABLE] HELO=a+20b+3D PROTO=ESMTP\r\n",
            Written(to => CommandWriter.WriteXClient(to, "IPV6:2001:db8::1", 25, null, "a b=", "ESMTP")));
    }

    [Fact]
    public void What_needs_smtputf8_never_goes_without()
    {
        var umlaut = new Mailbox("ü", "b");
        Assert.Throws<ArgumentException>(() => Written(to => CommandWriter.WriteMail(to, umlaut, null, MailBody.None, true, DsnReturn.None, null, default)));
        Assert.Throws<ArgumentException>(() => Written(to => CommandWriter.WriteMail(to, umlaut, null, MailBody.None, false, DsnReturn.None, null, in Everything)));
        Assert.Throws<ArgumentException>(() => Written(to => CommandWriter.WriteRcpt(to, umlaut, DsnNotify.None, null, default)));
    }

    [Theory]
    [InlineData("a\r\nRCPT TO:<x@y>")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void A_control_character_is_never_sent(string text)
    {
        Assert.Throws<InvalidOperationException>(() => Written(to => CommandWriter.WriteRcpt(to, new Mailbox(text, "b"), DsnNotify.None, null, default)));
        Assert.Throws<InvalidOperationException>(() => Written(to => CommandWriter.WriteEhlo(to, "EHLO", text)));
    }

    [Fact]
    public void An_original_recipient_over_its_limit_is_left_out() =>
        Assert.Equal("RCPT TO:<a@b>\r\n", Written(to => CommandWriter.WriteRcpt(to, new Mailbox("a", "b"), DsnNotify.None, "utf-8;" + new string('ü', 200), in Everything)));

    [Fact]
    public void What_is_written_of_mail_parses_back() =>
        Gen.Select(Printable, Printable, Gen.Long[0, long.MaxValue], Gen.Bool, Gen.Int[0, 2]).Sample((local, envelopeId, size, utf8, ret) =>
        {
            var sender = new Mailbox(utf8 ? local + "ü" : local, "example.org");
            var line = Written(to => CommandWriter.WriteMail(to, sender, size, MailBody.EightBitMime, utf8, (DsnReturn)ret, envelopeId, in Everything));
            var error = CommandParser.ParseMail(Encoding.UTF8.GetBytes(line[5..^2]), out var command);
            // Encoded it may be beyond what RFC 3461 §4.4 allows; local parts are too short here to be.
            return error == SyntaxError.None && sender.Equals(command.Path.Mailbox)
                && (command.Size, command.Body, command.SmtpUtf8, command.Return, command.EnvelopeId) == (size, MailBody.EightBitMime, utf8, (DsnReturn)ret, envelopeId);
        }, iter: 3000);

    [Fact]
    public void What_is_written_of_rcpt_parses_back() =>
        Gen.Select(Printable, Printable, Gen.Int[0, 14], Gen.Bool).Sample((local, original, flags, utf8) =>
        {
            var recipient = new Mailbox(local, "[IPv6:::1]");
            var notify = (DsnNotify)(flags & 14) == DsnNotify.None ? DsnNotify.Never : (DsnNotify)(flags & 14);
            var text = utf8 ? $"utf-8;ü{original}" : $"rfc822;{original}";
            var line = Written(to => CommandWriter.WriteRcpt(to, recipient, notify, text, in Everything));
            var error = CommandParser.ParseRcpt(Encoding.UTF8.GetBytes(line[5..^2]), false, out var command);
            return error == SyntaxError.None && recipient.Equals(command.Path.Mailbox) && command.Notify == notify
                && string.Equals(command.OriginalRecipient, text, StringComparison.Ordinal);
        }, iter: 3000);

    private delegate int Write(Span<byte> to);

    private static string Written(Write write)
    {
        var octets = new byte[CommandWriter.MaxCommand];
        return Encoding.UTF8.GetString(octets.AsSpan(0, write(octets)));
    }
}
