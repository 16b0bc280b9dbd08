using Garita.Gateway.Ledger;
using Xunit;

namespace Garita.Gateway.Tests.Ledger;

public sealed class DecisionTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("grüße", "grüße")]
    [InlineData("a\\u{41}", "a\\\\u{41}")]
    [InlineData("\u202egnp", "\\u{202E}gnp")]
    [InlineData("\u0085\u2028\u007f", "\\u{85}\\u{2028}\\u{7F}")]
    public void Outside_text_is_escaped(string outside, string escaped) => Assert.Equal(escaped, DecisionText.Escape(outside));

    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal("a\\u{D800}b", DecisionText.Escape("a\ud800b"));
}
