using System.Text;
using CsCheck;
using Garita.Protocols.Address;
using Xunit;

namespace Garita.Protocols.Tests.Address;

public sealed class MailboxTests
{
    private static readonly Gen<string> LocalPart =
        Gen.OneOf(Gen.Char[' ', '~'], Gen.OneOf(Gen.Const('.'), Gen.Const('"'), Gen.Const('\\'), Gen.Const('>'), Gen.Const('ü'), Gen.Const('例'))).Array[0, 20].Select(characters => new string(characters));

    [Fact]
    public void Whatever_the_local_part_what_is_written_parses_back() =>
        LocalPart.Sample(local =>
        {
            var mailbox = new Mailbox(local, "example.org");
            var error = PathParser.ParseForwardPath(Encoding.UTF8.GetBytes($"<{mailbox}>"), true, out var path, out _);
            // Quotes and backslashes count: a few of those made here are too long once quoted.
            return error == PathError.LocalPartTooLong ? mailbox.ToString().Length > 42 : mailbox.Equals(path.Mailbox);
        }, iter: 5000);

    [Theory]
    [InlineData("a", "b", true)]
    [InlineData("A", "b", false)]
    [InlineData("a", "c", false)]
    public void Local_parts_compare_exactly(string localPart, string domain, bool expected)
    {
        var mailbox = new Mailbox("a", "b");
        var other = new Mailbox(localPart, domain);
        Assert.Equal(expected, mailbox.Equals(other));
        Assert.Equal(expected, mailbox.GetHashCode() == other.GetHashCode());
    }

    [Fact]
    public void Kinds_are_told()
    {
        Assert.True(new Mailbox("a", "[192.0.2.1]").IsLiteral);
        Assert.False(new Mailbox("postmaster", "").IsLiteral);
        Assert.False(new Mailbox("ü", "b").IsAscii);
        Assert.False(new Mailbox("ü", "b").NeedsQuotes);
        Assert.True(new Mailbox("", "b").NeedsQuotes);
        Assert.True(new Mailbox("a..b", "b").NeedsQuotes);
    }
}
