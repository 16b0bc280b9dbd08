using System.Text;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class RcptCommandTests
{
    [Theory]
    [InlineData("TO:<a@b>", false, SyntaxError.None)]
    [InlineData("to: <Postmaster>", false, SyntaxError.None)]
    [InlineData("TO:<ü@b>", true, SyntaxError.None)]
    [InlineData("TO:<ü@b>", false, SyntaxError.EightBit)]
    [InlineData("TO:<>", false, SyntaxError.Path)]
    [InlineData("FROM:<a@b>", false, SyntaxError.Command)]
    [InlineData("TO:<a@b> SIZE=1", false, SyntaxError.UnknownParameter)]
    [InlineData("TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", false, SyntaxError.DuplicateParameter)]
    [InlineData("TO:<a@b> NOTIFY=NEVER,DELAY", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> NOTIFY=DELAY,", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> NOTIFY", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=a@b", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=;a@b", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=rfc822;", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=rfc(822;a", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=rfc822;a+00b", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=rfc822;a+0Ab", false, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=rfc822;ü", true, SyntaxError.EightBit)]
    [InlineData("TO:<a@b> ORCPT=utf-8;ü", false, SyntaxError.EightBit)]
    [InlineData("TO:<a@b> ORCPT=utf-8;ü", true, SyntaxError.None)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\x{0}", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\x{0D}", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\x{85}", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\x{D800}", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\x{110000}", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;\\y", true, SyntaxError.ParameterValue)]
    [InlineData("TO:<a@b> ORCPT=utf-8;a+2Bb", true, SyntaxError.ParameterValue)]
    public void Arguments_are_judged(string argument, bool smtpUtf8, SyntaxError expected) =>
        Assert.Equal(expected, CommandParser.ParseRcpt(Encoding.UTF8.GetBytes(argument), smtpUtf8, out _));

    [Theory]
    [InlineData("NOTIFY=NEVER", DsnNotify.Never, null)]
    [InlineData("NOTIFY=success,FAILURE,Delay", DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, null)]
    [InlineData("ORCPT=RFC822;a+2Bb+3Dc@d", DsnNotify.None, "rfc822;a+b=c@d")]
    [InlineData("NOTIFY=DELAY ORCPT=UTF-8;\\x{FC}\\x{1F600}@d", DsnNotify.Delay, "utf-8;ü😀@d")]
    public void Parameters_are_read(string parameters, DsnNotify notify, string? original)
    {
        Assert.Equal(SyntaxError.None, CommandParser.ParseRcpt(Encoding.UTF8.GetBytes($"TO:<a@b> {parameters}"), false, out var command));
        Assert.Equal(notify, command.Notify);
        Assert.Equal(original, command.OriginalRecipient);
    }

    [Fact]
    public void Original_recipients_end_at_500_octets()
    {
        Assert.Equal(SyntaxError.None, CommandParser.ParseRcpt(Encoding.ASCII.GetBytes($"TO:<a@b> ORCPT=rfc822;{new string('a', 493)}"), false, out _));
        Assert.Equal(SyntaxError.TooLong, CommandParser.ParseRcpt(Encoding.ASCII.GetBytes($"TO:<a@b> ORCPT=rfc822;{new string('a', 494)}"), false, out _));
    }
}
