using System.Text;
using Garita.Protocols.Message;
using Xunit;

namespace Garita.Protocols.Tests.Message;

public class AuthorFieldTests
{
    [Theory]
    [InlineData("a@example.com", "a@example.com")]
    [InlineData("<a@Example.COM>", "a@example.com")]
    [InlineData("John Doe <john.doe@example.com>", "john.doe@example.com")]
    [InlineData("\"Doe, John\" <john@example.com> (work)", "john@example.com")]
    [InlineData("John Q. Public <john@example.com>", "john@example.com")]
    [InlineData("=?utf-8?q?J=C3=B6rg?= <joerg@example.com>", "joerg@example.com")]
    [InlineData("\"<evil@example.net>\" <a@example.com>", "a@example.com")]
    [InlineData("(<evil@example.net>) a (b) @ (c (d)) example.com", "a@example.com")]
    [InlineData("\r\n\tJohn\r\n <a@example.com>\r\n", "a@example.com")]
    [InlineData("\"a b\"@example.com", "\"a b\"@example.com")]
    [InlineData("\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com")]
    [InlineData("\"ab\"@example.com", "ab@example.com")]
    [InlineData("a@[192.0.2.1]", "a@[192.0.2.1]")]
    [InlineData("J\u00f6rg <j\u00f6rg@ex\u00e4mple.com>", "j\u00f6rg@ex\u00e4mple.com")]
    [InlineData("Group: a@example.com;", "a@example.com")]
    public void The_grammar_is_read(string value, string address) => Check(value, AuthorReading.Strict, address);

    [Theory]
    [InlineData("a . b@example.com", "a.b@example.com")]
    [InlineData("a@example . com", "a@example.com")]
    [InlineData("\"a\".b@example.com", "a.b@example.com")]
    [InlineData("<@relay.example,@b.example:a@example.com>", "a@example.com")]
    [InlineData(",a@example.com", "a@example.com")]
    [InlineData("a@example.com,", "a@example.com")]
    [InlineData("a@example.com, b@example.net", "a@example.com")]
    [InlineData("a@example.com <b@example.net>", "b@example.net")]
    [InlineData("Doe, John <a@example.com>", "a@example.com")]
    [InlineData("5\" pipes <a@example.com>", "a@example.com")]
    [InlineData("[List] x <a@example.com>", "a@example.com")]
    [InlineData("a..b@example.com", "\"a..b\"@example.com")]
    [InlineData("a.@example.com", "\"a.\"@example.com")]
    [InlineData("a@example.com.", "a@example.com")]
    [InlineData("Group: a@example.com", "a@example.com")]
    public void More_is_read_loosely(string value, string address) => Check(value, AuthorReading.Loose, address);

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n ")]
    [InlineData("nobody")]
    [InlineData("<>")]
    [InlineData("<a@example.com> <b@example.net>")]
    [InlineData("x <a@example.com> y <b@example.net>")]
    [InlineData("<a@example.com> b@example.net")]
    [InlineData("<<a@example.com>>")]
    [InlineData("<a@example.com")]
    [InlineData("a@example.com>")]
    [InlineData("a@b@example.com")]
    [InlineData("a@")]
    [InlineData("@example.com")]
    [InlineData("a@example..com")]
    [InlineData("a b@example.com")]
    [InlineData("(never closed a@example.com")]
    [InlineData("a@example.com, b c@example.net, <d@example.org>")]
    [InlineData("undisclosed:;")]
    [InlineData("a@example.com\u0001")]
    [InlineData("\"a\u0001\"@example.com")]
    [InlineData("a@[192.0.2.1")]
    [InlineData("a\u009b@example.com")]
    public void What_has_no_one_author_is_unreadable(string value) => Check(value, AuthorReading.Unreadable, null);

    [Fact]
    public void Too_long_or_not_utf8_is_unreadable()
    {
        Check(new string('a', 400) + "@example.com", AuthorReading.Unreadable, null);
        Check(new string('x', 4000) + " <a@example.com>", AuthorReading.Strict, "a@example.com");
        Assert.Equal(AuthorReading.Unreadable, AuthorField.Read([(byte)'a', 0xFF, (byte)'@', (byte)'b'], out _));
    }

    private static void Check(string value, AuthorReading reading, string? address)
    {
        Assert.Equal(reading, AuthorField.Read(Encoding.UTF8.GetBytes(value), out var read));
        Assert.Equal(address, read);
        if (address is null)
            return;
        // What is written reads back as itself.
        Assert.Equal(AuthorReading.Strict, AuthorField.Read(Encoding.UTF8.GetBytes(address), out var again));
        Assert.Equal(address, again);
    }
}
