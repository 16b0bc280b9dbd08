using System.Text;
using Garita.Gateway.Evidence.Message;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Message;

public sealed class LetterStreamTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a: b\r\n\r\nbody\r\n", "a: b\r\n\r\nbody\r\n")]
    [InlineData("a\nb\n", "a\r\nb\r\n")]
    [InlineData("a\rb\r\r\nc\r", "a b \r\nc ")]
    [InlineData("\n\r\n\n", "\r\n\r\n\r\n")]
    public async Task Lines_end_as_they_will_be_relayed(string received, string expected)
    {
        // In pieces of every size, read into buffers of every size.
        for (var piece = 1; piece <= 4; piece++)
        {
            for (var buffer = 1; buffer <= 5; buffer++)
            {
                using var letter = new PlainLetter(Encoding.ASCII.GetBytes(received), piece);
                await using var stream = new LetterStream(letter);
                using var read = new MemoryStream();
                await stream.CopyToAsync(read, buffer, TestContext.Current.CancellationToken);
                Assert.Equal(expected, Encoding.ASCII.GetString(read.ToArray()));
            }
        }
    }
}
