using System.Text;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class CommandParserTests
{
    [Theory]
    [InlineData("HELO a", SmtpVerb.Helo, "a")]
    [InlineData("ehlo  a \t ", SmtpVerb.Ehlo, "a")]
    [InlineData("LHLO a", SmtpVerb.Lhlo, "a")]
    [InlineData("mAiL FROM:<a@b> SIZE=1", SmtpVerb.Mail, "FROM:<a@b> SIZE=1")]
    [InlineData("RCPT TO:<a@b>", SmtpVerb.Rcpt, "TO:<a@b>")]
    [InlineData("DATA", SmtpVerb.Data, "")]
    [InlineData("BDAT 1 LAST", SmtpVerb.Bdat, "1 LAST")]
    [InlineData("RSET", SmtpVerb.Rset, "")]
    [InlineData("NOOP ", SmtpVerb.Noop, "")]
    [InlineData("QUIT", SmtpVerb.Quit, "")]
    [InlineData("HELP", SmtpVerb.Help, "")]
    [InlineData("VRFY a", SmtpVerb.Vrfy, "a")]
    [InlineData("EXPN a", SmtpVerb.Expn, "a")]
    [InlineData("StartTls", SmtpVerb.StartTls, "")]
    [InlineData("AUTH PLAIN", SmtpVerb.Auth, "PLAIN")]
    [InlineData("ETRN a", SmtpVerb.Etrn, "a")]
    [InlineData("TURN", SmtpVerb.Turn, "")]
    [InlineData("XEXCH50 1 2", SmtpVerb.Vendor, "1 2")]
    [InlineData("X-LINK2STATE FIRST", SmtpVerb.Vendor, "FIRST")]
    [InlineData("xclient ADDR=1.2.3.4", SmtpVerb.Vendor, "ADDR=1.2.3.4")]
    [InlineData("GET / HTTP/1.1", SmtpVerb.Http, "/ HTTP/1.1")]
    [InlineData("CONNECT a:25 HTTP/1.1", SmtpVerb.Http, "a:25 HTTP/1.1")]
    [InlineData("POST / HTTP/1.1", SmtpVerb.Http, "/ HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1", SmtpVerb.Http, "* HTTP/1.1")]
    [InlineData("GET", SmtpVerb.Unknown, "")]
    [InlineData("", SmtpVerb.Unknown, "")]
    [InlineData(" NOOP", SmtpVerb.Unknown, "NOOP")]
    [InlineData("MAIL\tFROM:<a@b>", SmtpVerb.Unknown, "")]
    [InlineData("MAILFROM:<a@b>", SmtpVerb.Unknown, "")]
    [InlineData("NOOP\r", SmtpVerb.Unknown, "")]
    [InlineData("\rOOP", SmtpVerb.Unknown, "")]
    [InlineData("ÍAIL", SmtpVerb.Unknown, "")]
    public void Lines_are_split(string line, SmtpVerb verb, string argument)
    {
        var command = CommandParser.Parse(Encoding.Latin1.GetBytes(line));
        Assert.Equal(verb, command.Verb);
        Assert.Equal(argument, Encoding.Latin1.GetString(command.Argument));
        Assert.Equal(argument.Length > 0, !command.Argument.IsEmpty);
    }

    [Theory]
    [InlineData("Mail.Example.ORG", HeloForm.Domain, "mail.example.org")]
    [InlineData("localhost", HeloForm.SingleLabel, "localhost")]
    [InlineData("[192.0.2.1]", HeloForm.AddressLiteral, "[192.0.2.1]")]
    [InlineData("[ipv6:2001:DB8::1]", HeloForm.AddressLiteral, "[IPv6:2001:db8::1]")]
    [InlineData("192.0.2.1", HeloForm.BareAddress, "192.0.2.1")]
    [InlineData("2001:db8::1", HeloForm.BareAddress, "2001:db8::1")]
    [InlineData("my_pc", HeloForm.Malformed, "my_pc")]
    [InlineData("a b", HeloForm.Malformed, "a b")]
    [InlineData("a.", HeloForm.Malformed, "a.")]
    [InlineData("büro\\", HeloForm.Malformed, "b\\xFCro\\x5C")]
    public void Helo_names_have_a_form(string argument, HeloForm form, string text)
    {
        Assert.Equal(SyntaxError.None, CommandParser.ParseHelo(Encoding.Latin1.GetBytes(argument), out var name));
        Assert.Equal(new HeloName(text, form), name);
    }

    [Theory]
    [InlineData("", SyntaxError.Command, "")]
    [InlineData("a\0b", SyntaxError.Command, "a\\x00b")]
    [InlineData("a\rb", SyntaxError.Command, "a\\x0Db")]
    public void What_is_no_text_is_no_helo_name(string argument, SyntaxError expected, string text)
    {
        Assert.Equal(expected, CommandParser.ParseHelo(Encoding.Latin1.GetBytes(argument), out var name));
        Assert.Equal(text, name.Text);
    }

    [Fact]
    public void Long_helo_names_are_refused_and_cut()
    {
        Assert.Equal(SyntaxError.TooLong, CommandParser.ParseHelo(Encoding.ASCII.GetBytes(new string('a', 256)), out var name));
        Assert.Equal(255, name.Text.Length);
        Assert.Equal(SyntaxError.TooLong, CommandParser.ParseHelo(Enumerable.Repeat((byte)0xFF, 2000).ToArray(), out name));
        Assert.Equal(252, name.Text.Length);
    }
}
