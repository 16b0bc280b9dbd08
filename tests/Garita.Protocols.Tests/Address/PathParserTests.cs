using System.Text;
using Garita.Protocols.Address;
using Xunit;

namespace Garita.Protocols.Tests.Address;

public sealed class PathParserTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("<a@example.org>", "a@example.org")]
    [InlineData("<A.b@EXAMPLE.Org>", "A.b@example.org")]
    [InlineData("<\"abc\"@example.org>", "abc@example.org")]
    [InlineData("<\"a\\bc\"@example.org>", "abc@example.org")]
    [InlineData("<\"a b\"@example.org>", "\"a b\"@example.org")]
    [InlineData("<\"a@b\"@example.org>", "\"a@b\"@example.org")]
    [InlineData("<\"a>b\"@example.org>", "\"a>b\"@example.org")]
    [InlineData("<\"\\\"\\\\\"@example.org>", "\"\\\"\\\\\"@example.org")]
    [InlineData("<\"\"@example.org>", "\"\"@example.org")]
    [InlineData("<\"a..b\"@example.org>", "\"a..b\"@example.org")]
    [InlineData("<a%b!c@example.org>", "a%b!c@example.org")]
    [InlineData("<${run}|`x`@example.org>", "${run}|`x`@example.org")]
    [InlineData("<a@[192.0.2.1]>", "a@[192.0.2.1]")]
    [InlineData("<a@[192.000.002.010]>", "a@[192.0.2.10]")]
    [InlineData("<a@[ipv6:2001:DB8::0:1]>", "a@[IPv6:2001:db8::1]")]
    [InlineData("<a@[IPv6:::ffff:192.0.2.1]>", "a@[IPv6:::ffff:192.0.2.1]")]
    public void Paths_are_read_and_written_anew(string text, string expected)
    {
        var error = Reverse(text, false, out var path, out var consumed);
        Assert.Equal(PathError.None, error);
        Assert.Equal(text.Length, consumed);
        Assert.Equal(expected, path.Mailbox!.ToString());
        Assert.False(path.HasSourceRoute || path.HasTrailingDot);
    }

    [Theory]
    [InlineData("", PathError.NoBrackets)]
    [InlineData("a@b", PathError.NoBrackets)]
    [InlineData("<a@b", PathError.NoBrackets)]
    [InlineData("<", PathError.LocalPart)]
    [InlineData("< >", PathError.LocalPart)]
    [InlineData("<a>", PathError.Domain)]
    [InlineData("<a@>", PathError.Domain)]
    [InlineData("<@b>", PathError.Domain)]
    [InlineData("<@b:>", PathError.LocalPart)]
    [InlineData("<.a@b>", PathError.LocalPart)]
    [InlineData("<a.@b>", PathError.LocalPart)]
    [InlineData("<a..b@c>", PathError.LocalPart)]
    [InlineData("<a b@c>", PathError.LocalPart)]
    [InlineData("<a(b)@c>", PathError.LocalPart)]
    [InlineData("<<a@b>>", PathError.LocalPart)]
    [InlineData("<\"a\"b@c>", PathError.Domain)]
    [InlineData("<\"a@b>", PathError.LocalPart)]
    [InlineData("<\"a\\", PathError.LocalPart)]
    [InlineData("<a@b@c>", PathError.Domain)]
    [InlineData("<a@b c>", PathError.Domain)]
    [InlineData("<a@b_c.org>", PathError.Domain)]
    [InlineData("<a@-b.org>", PathError.Domain)]
    [InlineData("<a@b..org>", PathError.Domain)]
    [InlineData("<a@b..>", PathError.Domain)]
    [InlineData("<a@.>", PathError.Domain)]
    [InlineData("<a@[x-tag:abc]>", PathError.Domain)]
    [InlineData("<a@[0x7f.0.0.1]>", PathError.Domain)]
    [InlineData("<a@[127.1]>", PathError.Domain)]
    [InlineData("<a@[IPv6:fe80::1%eth0]>", PathError.Domain)]
    [InlineData("<a@[192.0.2.1>", PathError.Domain)]
    [InlineData("<a\r\n@b>", PathError.Control)]
    [InlineData("<a\0@b>", PathError.Control)]
    [InlineData("<\"a\0\"@b>", PathError.Control)]
    [InlineData("<\"a\\\n\"@b>", PathError.Control)]
    [InlineData("<\"a\tb\"@b>", PathError.Control)]
    [InlineData("<a@b\0c>", PathError.Control)]
    [InlineData("<a@b\r>", PathError.Control)]
    [InlineData("<a@[1.2.3.4\0]>", PathError.Control)]
    [InlineData("<a\u007F@b>", PathError.Control)]
    [InlineData("<ü@b>", PathError.EightBit)]
    [InlineData("<\"ü\"@b>", PathError.EightBit)]
    [InlineData("<a@ü>", PathError.EightBit)]
    [InlineData("<@ü:a@b>", PathError.EightBit)]
    public void Broken_paths_are_refused_by_name(string text, PathError expected)
    {
        Assert.Equal(expected, Reverse(text, false, out _, out var consumed));
        Assert.Equal(0, consumed);
        Assert.Equal(expected, Forward(text, false, out _, out _));
    }

    [Fact]
    public void Null_path_is_a_reverse_path_only()
    {
        Assert.Equal(PathError.None, Reverse("<> SIZE=1", false, out var path, out var consumed));
        Assert.Null(path.Mailbox);
        Assert.Equal(2, consumed);
        Assert.Equal(PathError.LocalPart, Forward("<>", false, out _, out _));
    }

    [Theory]
    [InlineData("<postmaster>")]
    [InlineData("<PostMaster>")]
    public void Bare_postmaster_is_a_forward_path_only(string text)
    {
        Assert.Equal(PathError.None, Forward(text, false, out var path, out _));
        Assert.Equal(text[1..^1], path.Mailbox!.ToString());
        Assert.Empty(path.Mailbox.Domain);
        Assert.Equal(PathError.Domain, Reverse(text, false, out _, out _));
    }

    [Theory]
    [InlineData("<postmaster2>")]
    [InlineData("<\"postmaster\">")]
    [InlineData("<@a:postmaster>")]
    public void Nothing_else_may_lack_its_domain(string text) => Assert.Equal(PathError.Domain, Forward(text, false, out _, out _));

    [Theory]
    [InlineData("<@a.example:b@c.example>", "b@c.example")]
    [InlineData("<@a.example,@d:b@c.example>", "b@c.example")]
    public void Source_routes_are_flagged_and_dropped(string text, string expected)
    {
        Assert.Equal(PathError.None, Forward(text, false, out var path, out var consumed));
        Assert.True(path.HasSourceRoute);
        Assert.Equal(expected, path.Mailbox!.ToString());
        Assert.Equal(text.Length, consumed);
    }

    [Theory]
    [InlineData("<@a>")]
    [InlineData("<@a,b:c@d>")]
    [InlineData("<@a@b:c@d>")]
    [InlineData("<@[192.0.2.1]:c@d>")]
    [InlineData("<@a,:c@d>")]
    public void Broken_source_routes_are_refused(string text) => Assert.Equal(PathError.Domain, Forward(text, false, out _, out _));

    [Fact]
    public void One_trailing_dot_is_flagged_and_stripped()
    {
        Assert.Equal(PathError.None, Forward("<a@Example.org.>", false, out var path, out _));
        Assert.True(path.HasTrailingDot);
        Assert.Equal("example.org", path.Mailbox!.Domain);
    }

    [Theory]
    [InlineData("<пример@пример.example>", "пример@xn--e1afmkfd.example")]
    [InlineData("<\"ü b\"@BÜCHER.example>", "\"ü b\"@xn--bcher-kva.example")]
    [InlineData("<a@b>", "a@b")]
    public void Utf8_is_read_with_smtputf8(string text, string expected)
    {
        Assert.Equal(PathError.None, Reverse(text, true, out var path, out _));
        Assert.Equal(expected, path.Mailbox!.ToString());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'<', 0xFF, (byte)'@', (byte)'b', (byte)'>' }, PathError.EightBit)]
    [InlineData(new byte[] { (byte)'<', 0xC0, 0xAE, (byte)'@', (byte)'b', (byte)'>' }, PathError.EightBit)] // an overlong dot
    [InlineData(new byte[] { (byte)'<', (byte)'"', (byte)'\\', 0xC3, 0xBC, (byte)'"', (byte)'@', (byte)'b', (byte)'>' }, PathError.EightBit)]
    [InlineData(new byte[] { (byte)'<', 0xC2, 0x85, (byte)'@', (byte)'b', (byte)'>' }, PathError.Control)] // NEL
    [InlineData(new byte[] { (byte)'<', (byte)'a', (byte)'@', 0xC3, (byte)'>' }, PathError.EightBit)]
    [InlineData(new byte[] { (byte)'<', (byte)'a', (byte)'@', (byte)'b', 0xE3, 0x80, 0x82, (byte)'c', (byte)'>' }, PathError.Domain)] // U+3002
    public void Bad_utf8_is_refused_with_smtputf8(byte[] text, PathError expected) =>
        Assert.Equal(expected, PathParser.ParseReversePath(text, true, out _, out _));

    [Theory]
    [InlineData(64, PathError.None)]
    [InlineData(65, PathError.LocalPartTooLong)]
    [InlineData(1500, PathError.LocalPartTooLong)]
    public void Local_part_ends_at_64_octets(int length, PathError expected)
    {
        Assert.Equal(expected, Forward($"<{new string('a', length)}@b>", false, out _, out _));
        Assert.Equal(expected, Forward($"<\"{new string(' ', length - 2)}\"@b>", false, out _, out _));
    }

    [Fact]
    public void Domain_and_path_have_their_limits()
    {
        var domain = $"{Label63}.{Label63}.{Label63}.{Label63}";
        Assert.Equal(PathError.DomainTooLong, Forward($"<a@{domain}.b>", false, out _, out _));
        Assert.Equal(PathError.PathTooLong, Forward($"<a@{domain}>", false, out _, out _));
        Assert.Equal(PathError.None, Forward($"<a@{domain[3..]}>", false, out _, out _));
        Assert.Equal(PathError.Domain, Forward($"<a@{Label63}a.b>", false, out _, out _));
        Assert.Equal(PathError.PathTooLong, Forward($"<@{Label63}.{Label63}.{Label63}:a@{Label63}.b>", false, out _, out _));
    }

    [Fact]
    public void A_path_that_grows_beyond_its_limit_by_a_labels_is_refused()
    {
        var domain = string.Join('.', Enumerable.Repeat("ü", 31));
        Assert.Equal(PathError.None, Reverse($"<a@{domain}>", true, out _, out _));
        Assert.Equal(PathError.PathTooLong, Reverse($"<{new string('a', 64)}@{domain}>", true, out _, out _));
    }

    [Theory]
    [InlineData("a@example.org", true)]
    [InlineData("ü@bücher.example", true)]
    [InlineData("\"a b\"@[192.0.2.1]", true)]
    [InlineData("a@example.org.", false)]
    [InlineData("<a@b>", false)]
    [InlineData("postmaster", false)]
    [InlineData("@a:b@c", false)]
    [InlineData("a@b ", false)]
    [InlineData("", false)]
    public void Mailboxes_are_read_without_brackets(string text, bool expected)
    {
        Assert.Equal(expected, PathParser.TryParseMailbox(text, out var mailbox));
        Assert.Equal(expected, mailbox is not null);
    }

    [Fact]
    public void Lone_surrogates_are_no_mailbox() => Assert.False(PathParser.TryParseMailbox("\uD800@b", out _));

    private static PathError Reverse(string text, bool smtpUtf8, out SmtpPath path, out int consumed) =>
        PathParser.ParseReversePath(Encoding.UTF8.GetBytes(text), smtpUtf8, out path, out consumed);

    private static PathError Forward(string text, bool smtpUtf8, out SmtpPath path, out int consumed) =>
        PathParser.ParseForwardPath(Encoding.UTF8.GetBytes(text), smtpUtf8, out path, out consumed);
}
