using System.Text;
using CsCheck;
using Garita.SenderAuth.AuthenticationResults;
using Xunit;

namespace Garita.SenderAuth.Tests.AuthenticationResults;

public sealed class ForeignResultsTests
{
    [Theory]
    [InlineData(" mx.example.com; dmarc=pass")]
    [InlineData("mx.example.com;dmarc=pass")]
    [InlineData(" MX.Example.COM 1; dmarc=pass")]
    [InlineData(" mx.example.com/1; dmarc=pass")]
    [InlineData(" mx.example.com.; dmarc=pass")]
    [InlineData(" mx.example.com")]
    [InlineData(" mx.example.com\r\n")]
    [InlineData("\r\n\tmx.example.com\r\n\t; dmarc=pass")]
    [InlineData(" (a comment) mx.example.com; dmarc=pass")]
    [InlineData(" (a (nested; one) \\) here) mx.example.com; dmarc=pass")]
    [InlineData(" (;) mx.example.com (;); dmarc=pass")]
    [InlineData(" \"mx.example.com\"; dmarc=pass")]
    [InlineData(" \"mx\\.example.com\"; dmarc=pass")]
    [InlineData(" mx.exam\r\n ple.com; dmarc=pass")]
    [InlineData(" other.test mx.example.com; dmarc=pass")]
    [InlineData(" other.test (mx.example.com); dmarc=pass")]
    [InlineData(" mx.example.com\r; dmarc=pass")]
    [InlineData("")]
    [InlineData("; dmarc=pass")]
    [InlineData(" (never closed mx; dmarc=pass")]
    [InlineData(" \"never closed mx")]
    public void Is_removed(string value) => Assert.True(ForeignResults.ClaimsToBe(Encoding.UTF8.GetBytes(value), "mx.example.com"));

    [Theory]
    [InlineData(" other.test; dmarc=pass")]
    [InlineData(" other.test; dmarc=pass (mx.example.com)")]
    [InlineData(" mx.example.community; dmarc=pass")]
    [InlineData(" mx.example.com.evil.test; dmarc=pass")]
    [InlineData(" amx.example.com; dmarc=pass")]
    [InlineData(" a.mx.example.com; none")]
    [InlineData(" example.com; none")]
    public void Stays(string value) => Assert.False(ForeignResults.ClaimsToBe(Encoding.UTF8.GetBytes(value), "mx.example.com"));

    [Fact]
    public void Our_own_is_recognised_however_it_is_decorated() =>
        Gen.Select(Gen.OneOf("", " ", "\t", "\r\n ", "(c)", "( ( ;) \\( )", " \r\n\t").Array[0, 5], Gen.OneOf("", " ", "\r\n ", "(x)", "/1", " 1"), Gen.OneOf(";", "; x", "")).Sample(static parts =>
            Assert.True(ForeignResults.ClaimsToBe(Encoding.ASCII.GetBytes(string.Concat(parts.Item1) + "Mx.Example.Com" + parts.Item2 + parts.Item3), "mx.example.com")), iter: 2000);

    [Fact]
    public void Nothing_makes_it_throw() =>
        Gen.Byte.Array[0, 4000].Sample(static octets => ForeignResults.ClaimsToBe(octets, "mx.example.com") || true, iter: 2000);
}
