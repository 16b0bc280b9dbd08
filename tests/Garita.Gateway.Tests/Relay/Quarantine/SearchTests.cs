using System.Text;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Quarantine;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Quarantine;

/// <summary>Search finds what is meant, and whatever is typed is text, not a query.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task Each_filter_narrows()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var first = await scene.KeepAsync("1", "ann@example.net", "from-header", "Your Invoice, überfällig", "user1@example.com");
        scene.Folder.Time.Advance(TimeSpan.FromHours(1));
        var second = await scene.KeepAsync("2", "bob@sub.example.net", "header-8bit", "invoice no. 7", "user1@example.com", "user2@example.com");
        var third = await scene.KeepAsync("3", "", "header", "", "\"a b\"@example.com");

        await FindsAsync(new() { Sender = "ann@example.net" }, first);
        await FindsAsync(new() { Sender = "<ANN@example.net>" }, first);
        await FindsAsync(new() { Sender = "@example.net" }, first);
        await FindsAsync(new() { Sender = "example.net" }, second, first);
        await FindsAsync(new() { Sender = "<>" }, third);
        await FindsAsync(new() { Recipient = "user2@example.com" }, second);
        await FindsAsync(new() { Recipient = "@example.com" }, third, second, first);
        await FindsAsync(new() { Subject = "INVOICE" }, second, first);
        await FindsAsync(new() { Subject = "no 7" }, second);
        await FindsAsync(new() { Subject = "uberfallig" }, first);
        await FindsAsync(new() { Rule = "header" }, third);
        await FindsAsync(new() { Rule = "header-8bit", Recipient = "user1@example.com" }, second);
        await FindsAsync(new() { Since = scene.Folder.Time.GetUtcNow() - TimeSpan.FromMinutes(1) }, third, second);
        await FindsAsync(new() { Tenant = "other" });
        await FindsAsync(new() { Most = 1 }, third);

        async Task FindsAsync(QuarantineQuery query, params string[] ids) => Assert.Equal(ids, (await scene.Index.FindAsync(query)).Select(static entry => entry.Id), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\" OR \"\"")]
    [InlineData("a\" OR sender : \"ann")]
    [InlineData("NOT x NEAR(y) *")]
    [InlineData("subject : x")]
    [InlineData("^-+(){}[]:;'%_\\")]
    [InlineData("")]
    [InlineData("\0ann\0")]
    [InlineData("\ud800")]
    [InlineData("😀")]
    public async Task Whatever_is_typed_is_text(string text)
    {
        await using var scene = await QuarantineScene.OpenAsync();
        await scene.KeepAsync();
        Assert.Empty(await scene.Index.FindAsync(new() { Subject = text + " nowhere" }));
        await scene.Index.FindAsync(new() { Sender = text, Recipient = text, Subject = text, Rule = text });
        await scene.Index.FindAsync(new() { Subject = text });
    }

    [Theory]
    [InlineData("Subject: plain\r\n", "plain")]
    [InlineData("X: 1\r\nsubject : =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n =?utf-8?b?IQ==?=\r\nSubject: second\r\n", "grüße!")]
    [InlineData("Subject:\r\n\tfolded\r\n twice\n", "folded twice")]
    [InlineData("Subject: =?x-nonsense?b?!!!?=\r\n", null)]
    [InlineData("Subject:\r\n", "")]
    [InlineData("X: Subject: no\r\n", "")]
    public void The_subject_is_readable(string section, string? expected)
    {
        var subject = QuarantinedMessage.ReadSubject(Encoding.UTF8.GetBytes(section));
        if (expected is not null)
            Assert.Equal(expected, subject);
    }

    [Fact]
    public void The_subject_is_bounded() => Assert.Equal(500, QuarantinedMessage.ReadSubject(Encoding.ASCII.GetBytes("Subject: " + new string('x', 100_000))).Length);
}
