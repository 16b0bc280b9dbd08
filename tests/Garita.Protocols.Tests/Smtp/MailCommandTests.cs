using System.Text;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class MailCommandTests
{
    [Theory]
    [InlineData("FROM:<a@b>", SyntaxError.None)]
    [InlineData("from:<a@b>", SyntaxError.None)]
    [InlineData("FROM: <a@b>", SyntaxError.None)]
    [InlineData("FROM:<>", SyntaxError.None)]
    [InlineData("FROM:<a@b>  SIZE=1  BODY=7BIT", SyntaxError.None)]
    [InlineData("FROM:<a@b> AUTH=<>", SyntaxError.None)]
    [InlineData("FROM:<a@b> AUTH=c+40d", SyntaxError.None)]
    [InlineData("FROM:<ü@b> SMTPUTF8", SyntaxError.None)]
    [InlineData("", SyntaxError.Command)]
    [InlineData("<a@b>", SyntaxError.Command)]
    [InlineData("TO:<a@b>", SyntaxError.Command)]
    [InlineData("FROM :<a@b>", SyntaxError.Command)]
    [InlineData("FROM:<a@b>SIZE=1", SyntaxError.Command)]
    [InlineData("FROM:<a@b>\tSIZE=1", SyntaxError.Command)]
    [InlineData("FROM:<a@b> =1", SyntaxError.Command)]
    [InlineData("FROM:<a@b> -A=1", SyntaxError.Command)]
    [InlineData("FROM:<a@b> SI_ZE=1", SyntaxError.Command)]
    [InlineData("FROM:<a@b>\rRCPT TO:<c@d>", SyntaxError.Command)]
    [InlineData("FROM:  <a@b>", SyntaxError.Path)]
    [InlineData("FROM:a@b", SyntaxError.Path)]
    [InlineData("FROM:<a@b\n>", SyntaxError.Path)]
    [InlineData("FROM:<postmaster>", SyntaxError.Path)]
    [InlineData("FROM:<ü@b>", SyntaxError.EightBit)]
    [InlineData("FROM:<a@ü>", SyntaxError.EightBit)]
    [InlineData("FROM:<a@b> Ü=1", SyntaxError.EightBit)]
    [InlineData("FROM:<a@b> FOO=1", SyntaxError.UnknownParameter)]
    [InlineData("FROM:<a@b> NOTIFY=NEVER", SyntaxError.UnknownParameter)]
    [InlineData("FROM:<a@b> SIZE=1 size=1", SyntaxError.DuplicateParameter)]
    [InlineData("FROM:<a@b> SMTPUTF8 SMTPUTF8", SyntaxError.DuplicateParameter)]
    [InlineData("FROM:<a@b> AUTH=<> AUTH=<>", SyntaxError.DuplicateParameter)]
    [InlineData("FROM:<a@b> SMTPUTF8=1", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> SIZE", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> SIZE=", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> SIZE=-1", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> SIZE=1a", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> SIZE=000000000000000000001", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> BODY=BINARYMIME", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> RET=SOME", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a=b", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+00b", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+0D+0Ab", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+7F", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+E4", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+2", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a+GG", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> ENVID=a\0b", SyntaxError.ParameterValue)]
    [InlineData("FROM:<a@b> AUTH=a+00", SyntaxError.ParameterValue)]
    public void Arguments_are_judged(string argument, SyntaxError expected) => Assert.Equal(expected, Parse(argument, out _));

    [Fact]
    public void All_parameters_are_read()
    {
        Assert.Equal(SyntaxError.None, Parse("FROM:<@x:a@b> size=1048576 Body=8bitmime SmtpUtf8 RET=hdrs ENVID=a+2Bb+20c+3d", out var command));
        Assert.Equal("a@b", command.Path.Mailbox!.ToString());
        Assert.True(command.Path.HasSourceRoute);
        Assert.Equal(1048576, command.Size);
        Assert.Equal(MailBody.EightBitMime, command.Body);
        Assert.True(command.SmtpUtf8);
        Assert.Equal(DsnReturn.Headers, command.Return);
        Assert.Equal("a+b c=", command.EnvelopeId);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", long.MaxValue)]
    [InlineData("18446744073709551617", long.MaxValue)]
    [InlineData("99999999999999999999", long.MaxValue)]
    public void Sizes_beyond_63_bits_are_too_big_not_wrong(string size, long expected)
    {
        Assert.Equal(SyntaxError.None, Parse($"FROM:<a@b> SIZE={size}", out var command));
        Assert.Equal(expected, command.Size);
    }

    [Fact]
    public void Path_errors_are_told()
    {
        Assert.Equal(SyntaxError.Path, Parse("FROM:<a..b@c>", out var command));
        Assert.Equal(PathError.LocalPart, command.PathError);
        Assert.Equal(SyntaxError.EightBit, Parse("FROM:<ü@c> SIZE=5", out command));
        Assert.Equal(PathError.EightBit, command.PathError);
        Assert.Equal(5, command.Size);
    }

    [Fact]
    public void Values_have_limits()
    {
        Assert.Equal(SyntaxError.None, Parse($"FROM:<a@b> ENVID={new string('a', 100)}", out _));
        Assert.Equal(SyntaxError.TooLong, Parse($"FROM:<a@b> ENVID={new string('a', 101)}", out _));
        Assert.Equal(SyntaxError.TooLong, Parse($"FROM:<a@b> AUTH={new string('a', 501)}", out _));
    }

    private static SyntaxError Parse(string argument, out MailCommand command) => CommandParser.ParseMail(Encoding.UTF8.GetBytes(argument), out command);
}
