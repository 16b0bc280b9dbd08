using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public class EhloReplyTests
{
    private static ServerCapabilities Parse(params string[] lines) => EhloReply.Parse(new ServerReply(250, ["mail.example.com Hello", .. lines]));

    [Fact]
    public void Known_keywords_are_read_in_any_case()
    {
        var can = Parse("PIPELINING", "starttls", "8BitMime", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "SIZE 10240000", "VRFY", "AUTH PLAIN", "XEXCH50");
        Assert.Equal(new ServerCapabilities { Pipelining = true, StartTls = true, EightBitMime = true, SmtpUtf8 = true, Dsn = true, EnhancedStatusCodes = true, Size = 10_240_000 }, can);
    }

    [Theory]
    [InlineData("SIZE", 0L)]
    [InlineData("SIZE 0", 0L)]
    [InlineData("SIZE 9223372036854775807", long.MaxValue)]
    [InlineData("SIZE 9223372036854775808", null)]
    [InlineData("SIZE 000000000000000000001", null)]
    [InlineData("SIZE -1", null)]
    [InlineData("SIZE 1 2", null)]
    [InlineData("SIZE=5", null)]
    public void Size_is_checked(string line, long? size) => Assert.Equal(size, Parse(line).Size);

    [Fact]
    public void Limits_are_read_and_unknown_ones_passed_over()
    {
        var can = Parse("LIMITS RCPTMAX=20 FOO=1 MAILMAX=0 rcptdomainmax=1 RCPTMAX=99");
        Assert.Equal((null, 20, 1), (can.LimitMailMax, can.LimitRcptMax, can.LimitRcptDomainMax));
        Assert.Null(Parse("LIMITS RCPTMAX=9999999").LimitRcptMax);
        Assert.Null(Parse("LIMITS").LimitRcptMax);
    }

    [Fact]
    public void XClient_attributes_come_from_the_known_ones()
    {
        var can = Parse("XCLIENT NAME addr EVIL NAME PROTO");
        Assert.True(can.XClient);
        Assert.Equal(["NAME", "ADDR", "PROTO"], can.XClientAttributes!);
        Assert.Null(Parse("XCLIENTS").XClientAttributes);
    }

    [Fact]
    public void The_greeting_and_other_codes_offer_nothing()
    {
        Assert.Equal(default, EhloReply.Parse(new ServerReply(250, ["PIPELINING"])));
        Assert.Equal(default, EhloReply.Parse(new ServerReply(550, ["x", "PIPELINING"])));
        Assert.Equal(default, Parse(new string('x', 900), ""));
    }
}
