using System.Text;
using CsCheck;
using Garita.Protocols.Message;
using Xunit;

namespace Garita.Protocols.Tests.Message;

public sealed class AuthorReadingsTests
{
    [Theory]
    [InlineData(" Anna Muster <anna@Example.com>", "example.com", "Anna Muster")]
    [InlineData(" \"Muster, Anna\" <a@b.example>\r\n", "b.example", "Muster, Anna")]
    [InlineData(" a@b.example (Anna\r\n Muster)", "b.example", "Anna   Muster")]
    [InlineData(" =?utf-8?Q?Anna_M=C3=BCller?= <a@b.example>", "b.example", "Anna Müller")]
    [InlineData(" \"=?UTF-8?B?QW5uYQ==?= =?UTF-8?B?IE11c3Rlcg?=\" <a@b.example>", "b.example", "Anna Muster")]
    [InlineData(" \"ceo@example.com\" <a@b.example>", "b.example", "ceo@example.com")]
    [InlineData(" a@b.example, c@d.example, A@B.EXAMPLE", "b.example d.example", "")]
    [InlineData(" group: a@b.example, <c@d.example>;", "b.example d.example", "group: a@b.example,   ;")]
    [InlineData(" <a@b . example>", "b.example", "")]
    [InlineData(" ceo@example.com <x@evil.test>", "example.com evil.test", "ceo@example.com")]
    [InlineData(" <@route.test:a@b.example>", "route.test b.example", "")]
    [InlineData(" <a@[192.0.2.1]>", "", "")]
    [InlineData(" x@evil.test (boss@example.com)", "evil.test", "boss@example.com")]
    [InlineData("", "", "")]
    public void Domains_and_words(string value, string domains, string words)
    {
        var author = AuthorReadings.Read(Encoding.UTF8.GetBytes(value));
        Assert.Equal(domains, string.Join(' ', author.Domains));
        Assert.Equal(words, author.Words);
        Assert.False(author.HasMoreDomains);
    }

    [Fact]
    public void Many_domains_are_said_to_be_more()
    {
        var author = AuthorReadings.Read(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, 900).Select(static i => $"a@{i}.example"))));
        Assert.Equal(4, author.Domains.Count);
        Assert.True(author.HasMoreDomains);
    }

    [Fact]
    public void Nothing_makes_it_throw() => Gen.Byte.Array[0, 3000].Sample(static octets => AuthorReadings.Read(octets).Words.Length <= 4096, iter: 3000);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?", "=?")]
    [InlineData("=?utf-8?X?abc?=", "=?utf-8?X?abc?=")]
    [InlineData("=?utf-8?Q?a", "=?utf-8?Q?a")]
    [InlineData("=?utf-8?B?***?= b", "=?utf-8?B?***?= b")]
    [InlineData("=?iso-8859-1*de?q?M=FCller?=", "Müller")]
    [InlineData("=?windows-1252?Q?a?=   =?utf-8?Q?b?= c", "ab c")]
    [InlineData("=?utf-16be?B?AEEAQg==?=", "AB")]
    public void Encoded_words(string text, string decoded) => Assert.Equal(decoded, EncodedWords.Decode(text));

    [Fact]
    public void Results_and_the_author_have_their_ranges()
    {
        var octets = "Authentication-Results: a;\r\n none\r\nFrom: x@y.example\r\nAUTHENTICATION-RESULTS : b\r\nARC-Authentication-Results: c\r\n\r\n"u8.ToArray();
        var header = HeaderSection.Read(octets, complete: true);
        Assert.Equal(["Authentication-Results: a;\r\n none\r\n", "AUTHENTICATION-RESULTS : b\r\n"], header.ResultsFields.Select(field => Encoding.ASCII.GetString(octets, field.Offset, field.Length)), StringComparer.Ordinal);
        Assert.Equal(" x@y.example\r\n", Encoding.ASCII.GetString(HeaderSection.ValueOf(octets.AsSpan(header.FromField.Offset, header.FromField.Length))));
    }
}
