using System.Text;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

public sealed class EnhancedCodeTests
{
    [Theory]
    [InlineData("5.1.1", "5.1.1")]
    [InlineData("2.0.0 Ok", "2.0.0")]
    [InlineData("4.999.999 x", "4.999.999")]
    [InlineData("3.1.1", null)]
    [InlineData("5.1", null)]
    [InlineData("5.1.", null)]
    [InlineData("5..1", null)]
    [InlineData("5.1.1.1", null)]
    [InlineData("5.1.1x", null)]
    [InlineData("5.1000.1", null)]
    [InlineData("5.01.1", null)]
    [InlineData("", null)]
    public void Codes_are_read_and_written(string text, string? expected)
    {
        Assert.Equal(expected is not null, EnhancedCode.TryParse(Encoding.ASCII.GetBytes(text), out var code, out var consumed));
        Assert.Equal(expected?.Length ?? 0, consumed);
        Assert.Equal(expected ?? "0.0.0", code.ToString());
    }
}
