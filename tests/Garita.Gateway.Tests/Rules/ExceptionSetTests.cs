using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

public sealed class ExceptionSetTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ExceptionSubject Subject = new(IPAddress.Parse("192.0.2.7"), "mail.Example.org", "Ann@Example.org", "bob@example.com");

    [Theory]
    [InlineData("192.0.2.0/24", null, null, null, true)]
    [InlineData("192.0.2.7/32", null, null, null, true)]
    [InlineData("192.0.3.0/24", null, null, null, false)]
    [InlineData("2001:db8::/32", null, null, null, false)]
    [InlineData(null, "mail.example.org", null, null, true)]
    [InlineData(null, ".example.org", null, null, true)]
    [InlineData(null, ".mail.example.org", null, null, false)]
    [InlineData(null, "ail.example.org", null, null, false)]
    [InlineData(null, null, "ann@example.org", null, true)]
    [InlineData(null, null, "@example.org", null, true)]
    [InlineData(null, null, "@xample.org", null, false)]
    [InlineData(null, null, "@org", null, false)]
    [InlineData(null, null, "<>", null, false)]
    [InlineData(null, null, null, "@example.com", true)]
    [InlineData(null, null, null, "bob@example.com", true)]
    [InlineData(null, null, null, "eve@example.com", false)]
    [InlineData("192.0.2.0/24", ".example.org", "@example.org", "@example.com", true)]
    [InlineData("192.0.2.0/24", ".example.org", "@example.org", "@example.net", false)]
    [InlineData(null, null, null, null, false)]
    public void All_criteria_that_are_given_must_match(string? client, string? helo, string? sender, string? recipient, bool matches)
    {
        var pass = new ExceptionRule
        {
            Id = "1", Client = client is null ? null : IPNetwork.Parse(client), Helo = helo, Sender = sender, Recipient = recipient, Rules = FrozenSet.Create(StringComparer.Ordinal, "fcrdns"),
        };
        var set = ExceptionSet.Make([pass, pass with { Id = "2", Rules = FrozenSet<string>.Empty, Block = true }]);

        Assert.Equal(matches ? "1" : null, set.LetsPast("fcrdns", Subject, Now)?.Id);
        Assert.Null(set.LetsPast("ptr-missing", Subject, Now));
        Assert.Equal(matches ? "2" : null, set.Blocks(Subject, Now)?.Id);
    }

    [Fact]
    public void The_null_sender_is_not_the_unknown_one()
    {
        var set = ExceptionSet.Make([new ExceptionRule { Id = "1", Sender = "<>", Block = true }]);

        Assert.NotNull(set.Blocks(Subject with { Sender = "" }, Now));
        Assert.Null(set.Blocks(Subject with { Sender = null }, Now));
    }

    [Fact]
    public void A_domain_is_what_follows_the_last_at()
    {
        var set = ExceptionSet.Make([new ExceptionRule { Id = "1", Recipient = "@b\"@example.com", Block = true }, new ExceptionRule { Id = "2", Recipient = "@example.com", Block = true }]);

        Assert.Equal("2", set.Blocks(Subject with { Recipient = "\"a@b\"@example.com" }, Now)?.Id);
    }

    [Fact]
    public void One_that_has_ended_matches_no_more()
    {
        var set = ExceptionSet.Make([new ExceptionRule { Id = "1", Helo = ".example.org", Block = true, Until = Now.AddMinutes(1) }]);

        Assert.NotNull(set.Blocks(Subject, Now));
        Assert.Null(set.Blocks(Subject, Now.AddMinutes(1)));
    }

    [Fact]
    public void None_is_empty()
    {
        Assert.True(ExceptionSet.Empty.IsEmpty);
        Assert.Same(ExceptionSet.Empty, ExceptionSet.Make([]));
        Assert.Null(ExceptionSet.Empty.Blocks(Subject, Now));
        Assert.False(ExceptionSet.Make([new ExceptionRule { Id = "1", Helo = "x", Block = true }]).IsEmpty);
    }
}
