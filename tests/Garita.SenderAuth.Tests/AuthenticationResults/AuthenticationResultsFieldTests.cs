using CsCheck;
using Garita.SenderAuth.AuthenticationResults;
using Xunit;

namespace Garita.SenderAuth.Tests.AuthenticationResults;

public sealed class AuthenticationResultsFieldTests
{
    [Fact]
    public void None_are_said_as_such() => Assert.Equal("Authentication-Results: mx.example.com; none\r\n", AuthenticationResultsField.Write("mx.example.com", [], utf8: false));

    [Fact]
    public void Each_method_has_its_line()
    {
        var field = AuthenticationResultsField.Write(
            "mx.example.com",
            [
                new("spf", "pass", [new("smtp", "mailfrom", "anna@example.org")]),
                new("dkim", "fail", [new("header", "d", "example.org"), new("header", "s", "sel"), new("header", "b", "ab/c+=")], "body hash did not verify"),
                new("dmarc", "fail", [new("header", "from", "example.org"), new("policy", "dmarc", "reject")]),
            ],
            utf8: false);
        Assert.Equal(
            "Authentication-Results: mx.example.com;\r\n\tspf=pass smtp.mailfrom=anna@example.org;\r\n"
            + "\tdkim=fail reason=\"body hash did not verify\" header.d=example.org\r\n\theader.s=sel header.b=\"ab/c+=\";\r\n"
            + "\tdmarc=fail header.from=example.org policy.dmarc=reject\r\n",
            field);
    }

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("a.b@example.org", "a.b@example.org")]
    [InlineData("@example.org", "@example.org")]
    [InlineData("", "\"\"")]
    [InlineData("a b@example.org", "\"a b@example.org\"")]
    [InlineData("\"a\\\" b\"@example.org", "\"\\\"a\\\\\\\" b\\\"@example.org\"")]
    [InlineData("a@b;dkim=pass", "\"a@b;dkim=pass\"")]
    [InlineData("x; dmarc=pass", "\"x; dmarc=pass\"")]
    [InlineData("x\r\nBcc: y", "\"x??Bcc: y\"")]
    [InlineData("x(comment)", "\"x(comment)\"")]
    [InlineData("ü@example.org", "?@example.org")]
    public void Values_cannot_get_out(string value, string written) =>
        Assert.Equal($"Authentication-Results: mx;\r\n\tspf=pass smtp.mailfrom={written}\r\n", AuthenticationResultsField.Write("mx", [new("spf", "pass", [new("smtp", "mailfrom", value)])], utf8: false));

    [Fact]
    public void International_messages_keep_their_letters()
    {
        Assert.Contains("=ü@bücher.example\r\n", Write("ü@bücher.example"), StringComparison.Ordinal);
        Assert.Contains("=?@example.org\r\n", Write("\u202E@example.org"), StringComparison.Ordinal);
        Assert.Contains("=?@example.org\r\n", Write("\u0085@example.org"), StringComparison.Ordinal);

        static string Write(string value) => AuthenticationResultsField.Write("mx", [new("spf", "pass", [new("smtp", "mailfrom", value)])], utf8: true);
    }

    [Fact]
    public void Whatever_comes_in_the_lines_are_bounded_and_the_field_is_one() =>
        Gen.Select(Gen.String[Gen.Char, 0, 600], Gen.String[Gen.Char, 0, 600], Gen.Bool).Array[0, 40].Sample(static parts =>
        {
            var field = AuthenticationResultsField.Write("mx.example.com", [.. parts.Select(static part => new AuthenticationResult("dkim", part.Item1, [new("header", "d", part.Item2), new("header", part.Item1, part.Item2)], part.Item1))], parts.Length > 0 && parts[0].Item3);
            Assert.EndsWith("\r\n", field, StringComparison.Ordinal);
            foreach (var line in field[..^2].Split("\r\n").Skip(1))
                Assert.StartsWith("\t", line, StringComparison.Ordinal);
            Assert.All(field.Split("\r\n"), static line => Assert.True(System.Text.Encoding.UTF8.GetByteCount(line) <= 2 * 998 && !line.AsSpan().ContainsAny('\r', '\n', '\0')));
        }, iter: 1000);
}
